"""Operations of the library: a router per topic."""

from imagestudio.library.api import editing, images
from imagestudio.library.api.albums import router as albums_router
from imagestudio.library.api.changes import router as changes_router
from imagestudio.library.api.explore import router as explore_router
from imagestudio.library.api.lineage import router as lineage_router
from imagestudio.library.api.shares import router as shares_router
from imagestudio.library.api.similar import router as similar_router
from imagestudio.library.api.tags import router as tags_router

__all__ = ["ROUTERS", "editing"]

ROUTERS = (
    images.router,
    changes_router,
    albums_router,
    tags_router,
    lineage_router,
    shares_router,
    similar_router,
    explore_router,
)

"""Operations of the library: a router per topic."""

from imagestudio.library.api.albums import router as albums_router
from imagestudio.library.api.changes import router as changes_router
from imagestudio.library.api.images import router as images_router
from imagestudio.library.api.lineage import router as lineage_router
from imagestudio.library.api.shares import router as shares_router
from imagestudio.library.api.tags import router as tags_router

ROUTERS = (
    images_router,
    changes_router,
    albums_router,
    tags_router,
    lineage_router,
    shares_router,
)

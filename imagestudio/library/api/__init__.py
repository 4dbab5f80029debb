"""Operations of the library: a router per topic."""

from imagestudio.library.api.images import router as images_router
from imagestudio.library.api.lineage import router as lineage_router
from imagestudio.library.api.shares import router as shares_router

ROUTERS = (images_router, lineage_router, shares_router)

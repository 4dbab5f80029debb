"""Operations of the library: a router per topic."""

from imagestudio.library.api.images import router as images_router

ROUTERS = (images_router,)

"""Operations of moderation: a router per topic."""

from imagestudio.moderation.api.publishing import router as publishing_router
from imagestudio.moderation.api.reporting import router as reporting_router

__all__ = ["ROUTERS"]

ROUTERS = (publishing_router, reporting_router)

"""Operations of moderation: a router per topic."""

from imagestudio.moderation.api.bans import router as bans_router
from imagestudio.moderation.api.bulk import router as bulk_router
from imagestudio.moderation.api.classifier import router as classifier_router
from imagestudio.moderation.api.decisions import router as decisions_router
from imagestudio.moderation.api.looks import router as looks_router
from imagestudio.moderation.api.panel import router as panel_router
from imagestudio.moderation.api.publishing import router as publishing_router
from imagestudio.moderation.api.records import router as records_router
from imagestudio.moderation.api.reports import router as reports_router
from imagestudio.moderation.api.rules import router as rules_router
from imagestudio.moderation.api.statistics import router as statistics_router
from imagestudio.moderation.api.strikes import own_router as own_strikes_router
from imagestudio.moderation.api.strikes import router as strikes_router

__all__ = ["ROUTERS"]

ROUTERS = (
    *(decisions_router, reports_router, publishing_router),
    *(panel_router, bans_router, bulk_router, records_router, rules_router),
    *(own_strikes_router, strikes_router, statistics_router),
    *(looks_router, classifier_router),
)

"""Operations of moderation."""

from imagestudio.moderation.api import decisions, reports

routers = (decisions.router, reports.router)

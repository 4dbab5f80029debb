"""Statistics of moderation, for programs of moderators."""

from datetime import date
from typing import Annotated

from ninja import Query, Router, Schema
from pydantic import Field

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.moderation.schemas.statistics import StatisticsOut
from imagestudio.moderation.services.panel.statistics.spans import span_of
from imagestudio.moderation.services.panel.statistics.whole import statistics_of

router = Router(tags=["moderation"], auth=may_moderate())


class SpanQuery(Schema):
    """Which days of UTC; without any the last thirty."""

    since: Annotated[date | None, Field(description="The first day")] = None
    until: Annotated[date | None, Field(description="The last day")] = None


@router.get("/moderation/statistics", response=StatisticsOut, summary="Show the statistics")
def get_statistics(request: ModeratorApiRequest, query: Query[SpanQuery]) -> StatisticsOut:
    """Return what waits, what was decided how soon, and what became of it; at most 366 days.

    What each moderator did stands in it for senior moderators alone.
    """
    span = span_of(query.since, query.until)
    return StatisticsOut.of(statistics_of(request.auth.user, span))

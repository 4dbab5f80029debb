"""The stream of an account's events."""

from functools import partial
from typing import Annotated

from django.http import StreamingHttpResponse
from ninja import Query, Router
from pydantic import Field

from imagestudio.accounts.auth import ApiRequest, may, still_holds
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.events.stream import stream
from imagestudio.http.body import QueryString

router = Router(tags=["events"])

NOT_A_NUMBER = -1  # behind which nothing can be told: the stream begins with a reset


class EventsQuery(QueryString):
    """Where a stream begins."""

    after: Annotated[
        int | None,
        Field(ge=0, le=2**53, description="Number of the last event seen; the header goes first"),
    ] = None


@router.get(
    "/events",
    auth=may(Deed.SEE, Scope.GENERATE, Scope.LIBRARY_READ),
    summary="Follow what happens",
    openapi_extra={
        "parameters": [
            {
                "in": "header",
                "name": "Last-Event-ID",
                "schema": {"type": "string"},
                "description": "Number of the last event seen; browsers send it by themselves",
            }
        ],
        "responses": {
            200: {
                "description": "Server-Sent Events, without an end",
                "content": {
                    "text/event-stream": {
                        "schema": {"type": "string"},
                        "example": "id: 7\nevent: generation.completed\n"
                        'data: {"generation": "019a…", "batch": "019a…", "at": "2026-11-22T…"}\n\n',
                    }
                },
            }
        },
    },
)
async def follow_events(request: ApiRequest, query: Query[EventsQuery]) -> StreamingHttpResponse:
    """Stream the account's events as Server-Sent Events.

    Each has a number (`id`); coming back with `Last-Event-ID` resumes without a gap. An event
    `reset` says that what was missed is no longer kept: read anew what you show.
    """
    last_seen = request.headers.get("Last-Event-ID", "")
    after = query.after
    if last_seen:
        is_number = last_seen.isascii() and last_seen.isdigit() and len(last_seen) <= 16
        after = int(last_seen) if is_number else NOT_A_NUMBER
    events = stream(
        account_id=request.auth.account.pk,
        after=after,
        still_allowed=partial(still_holds, request.auth),
    )
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"
    return response

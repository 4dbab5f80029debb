"""Looks into private libraries: listed and ended by programs too, begun by people alone.

What is seen in a look is on its pages, and nowhere else.
"""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import (
    ModeratorApiRequest,
    may_moderate,
    may_moderate_in_person,
)
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.schemas.looks import LookIn, LookList, LookOut
from imagestudio.moderation.services.looks.beginning import begin_look, end_look
from imagestudio.moderation.services.looks.telling import looks_page, row_of

router = Router(tags=["moderation"], auth=may_moderate())


@router.get("/moderation/looks", response=LookList, summary="List the looks into libraries")
def list_looks(request: ModeratorApiRequest, query: Query[PageQuery]) -> LookList:
    """Return who has looked into which private library, newest first.

    For senior moderators; looks into your own accounts are not among them.
    """
    found = looks_page(request.auth.user, cursor=query.cursor, limit=query.limit)
    return LookList(items=[LookOut.of(row) for row in found.rows], next_cursor=found.next_cursor)


@router.post(
    "/moderation/looks",
    auth=may_moderate_in_person(),
    response={201: LookOut},
    summary="Look into a library",
)
def post_look(request: ModeratorApiRequest, payload: LookIn) -> Status[LookOut]:
    """Begin to look into somebody else's library; what is in it stands on the look's pages.

    For senior moderators, in person and with a second factor that was confirmed in the last ten
    minutes: no token can. The account's owners are told of it.
    """
    made = begin_look(moderator=request.auth.user, wish=payload.wish())
    return Status(201, LookOut.of(row_of(made)))


@router.post("/moderation/looks/{uuid:look_id}/end", response=LookOut, summary="End a look")
def post_look_end(request: ModeratorApiRequest, look_id: UUID) -> LookOut:
    """End a look of yours before its time. Ending it again changes nothing."""
    return LookOut.of(row_of(end_look(moderator=request.auth.user, look_id=look_id)))

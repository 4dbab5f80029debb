"""Bans and the searches for them, for programs of moderators."""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.schemas.bans import BanOut, BanPage, SweepOut
from imagestudio.moderation.services import banning
from imagestudio.moderation.services.panel.records import banned_of, bans_page

router = Router(tags=["moderation"], auth=may_moderate())
BAN = "/moderation/bans/{uuid:ban_id}"


@router.get("/moderation/bans", response=BanPage, summary="List the bans")
def list_bans(request: ModeratorApiRequest, query: Query[PageQuery]) -> BanPage:
    """Return what is banned, newest first, with what was lifted, and how far each is looked for."""
    _ = request
    found = bans_page(cursor=query.cursor, limit=query.limit)
    return BanPage(items=[BanOut.of(one) for one in found.rows], next_cursor=found.next_cursor)


@router.get(BAN, response=BanOut, summary="Show a ban")
def get_ban(request: ModeratorApiRequest, ban_id: UUID) -> BanOut:
    """Return a ban, and how far it is looked for."""
    _ = request
    return BanOut.of(banned_of(ban_id))


@router.delete(BAN, response={204: None}, summary="Lift a ban")
def delete_ban(request: ModeratorApiRequest, ban_id: UUID) -> Status[None]:
    """Lift a ban, as a senior moderator. Pictures stay as they were decided.

    Those that only wait because they look like the banned one are shown again.
    """
    banning.lift_ban(moderator=request.auth.user, ban_id=ban_id)
    return Status(204, None)


@router.put(f"{BAN}/sweep", response=SweepOut, summary="Search for a ban again")
def put_sweep(request: ModeratorApiRequest, ban_id: UUID) -> SweepOut:
    """Search the whole store for a ban once more, as a senior moderator; 409 while that is done."""
    return SweepOut.of(banning.begin_again(moderator=request.auth.user, ban_id=ban_id))


@router.delete(f"{BAN}/sweep", response=SweepOut, summary="Stop the search for a ban")
def delete_sweep(request: ModeratorApiRequest, ban_id: UUID) -> SweepOut:
    """Stop the search for a ban, as a senior moderator; what it has found stays so."""
    return SweepOut.of(banning.cancel_sweep(moderator=request.auth.user, ban_id=ban_id))

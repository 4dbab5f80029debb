"""Many cases decided as one, and reporters who are muted, for programs of moderators."""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.models import BulkDeed
from imagestudio.moderation.schemas.bulk import (
    BeginRequest,
    BulkCasePage,
    BulkDeedOut,
    BulkDeedPage,
    BulkRequest,
    MuteOut,
    MuteRequest,
    TriedOut,
    UndoRequest,
    VerdictRequest,
)
from imagestudio.moderation.services import bulk, reporters
from imagestudio.moderation.services.bulk.trying import check_together
from imagestudio.moderation.services.panel.bulk import cases_page, deed_of, deeds_page

router = Router(tags=["moderation"], auth=may_moderate())
DEEDS = "/moderation/bulk-deeds"
DEED = f"{DEEDS}/{{uuid:deed_id}}"
MUTE = "/moderation/people/{uuid:user_id}/mute"


@router.get(DEEDS, response=BulkDeedPage, summary="List the bulk deeds")
def list_bulk_deeds(request: ModeratorApiRequest, query: Query[PageQuery]) -> BulkDeedPage:
    """Return what was decided together, newest first."""
    found = deeds_page(request.auth.user, cursor=query.cursor, limit=query.limit)
    return BulkDeedPage(
        items=[BulkDeedOut.of(one) for one in found.rows], next_cursor=found.next_cursor
    )


@router.post(DEEDS, response={201: TriedOut}, summary="Try one verdict for many cases")
def post_bulk_deed(request: ModeratorApiRequest, payload: BulkRequest) -> Status[TriedOut]:
    """Choose cases, and see what one verdict for all of them would do. Nothing is decided.

    Of what a choice means it takes the first thousand. The draft waits for a day.
    """
    verdict = payload.verdict(payload.choice)
    check_together(verdict)
    deed = bulk.choose(moderator=request.auth.user, chosen=payload.chosen())
    forecast = bulk.try_out(moderator=request.auth.user, deed_id=deed.pk, verdict=verdict)
    return Status(201, TriedOut.of_forecast(forecast))


@router.get(DEED, response=BulkDeedOut, summary="Show a bulk deed")
def get_bulk_deed(request: ModeratorApiRequest, deed_id: UUID) -> BulkDeedOut:
    """Return a bulk deed, with how far it has come. Drafts are their maker's alone."""
    return BulkDeedOut.of(deed_of(request.auth.user, deed_id))


@router.get(f"{DEED}/cases", response=BulkCasePage, summary="List the cases of a bulk deed")
def list_bulk_cases(
    request: ModeratorApiRequest, deed_id: UUID, query: Query[PageQuery]
) -> BulkCasePage:
    """Return what became of each of its cases. Those about your own things are not among them."""
    deed = deed_of(request.auth.user, deed_id)
    found = cases_page(request.auth.user, deed, cursor=query.cursor, limit=query.limit)
    return BulkCasePage.of(found.rows, found.next_cursor)


@router.put(f"{DEED}/verdict", response=TriedOut, summary="Try another verdict")
def put_bulk_verdict(
    request: ModeratorApiRequest, deed_id: UUID, payload: VerdictRequest
) -> TriedOut:
    """See what another verdict for the same cases would do. Nothing is decided."""
    deed = deed_of(request.auth.user, deed_id)
    verdict = payload.verdict(BulkDeed.Choice(deed.choice))
    forecast = bulk.try_out(moderator=request.auth.user, deed_id=deed_id, verdict=verdict)
    return TriedOut.of_forecast(forecast)


@router.post(f"{DEED}/start", response=BulkDeedOut, summary="Do what was tried")
def post_bulk_start(
    request: ModeratorApiRequest, deed_id: UUID, payload: BeginRequest
) -> BulkDeedOut:
    """Decide each of the cases as it was chosen: what has changed since is left alone.

    What takes longer goes on by itself (`running`). 409 when it was tried with another action, or
    done already.
    """
    made = bulk.begin(moderator=request.auth.user, deed_id=deed_id, action=payload.action)
    return BulkDeedOut.of(made)


@router.post(f"{DEED}/undo", response=BulkDeedOut, summary="Take a bulk deed back")
def post_bulk_undo(
    request: ModeratorApiRequest, deed_id: UUID, payload: UndoRequest
) -> BulkDeedOut:
    """Take all its decisions back: your own before anybody was told, or as a senior moderator.

    What was taken back alone, or objected to, before stays.
    """
    deed_of(request.auth.user, deed_id)
    made = bulk.undo(moderator=request.auth.user, deed_id=deed_id, text=payload.text)
    return BulkDeedOut.of(made)


@router.put(MUTE, response=MuteOut, summary="Mute a reporter")
def put_mute(request: ModeratorApiRequest, user_id: UUID, payload: MuteRequest) -> MuteOut:
    """Keep a person's reports, but let them weigh nothing and open no case from now on."""
    made = reporters.mute(moderator=request.auth.user, user_id=user_id, text=payload.text)
    return MuteOut.of(made)


@router.delete(MUTE, response={204: None}, summary="Hear a reporter again")
def delete_mute(request: ModeratorApiRequest, user_id: UUID) -> Status[None]:
    """Hear a person's reports again. It takes a senior moderator."""
    reporters.unmute(moderator=request.auth.user, user_id=user_id)
    return Status(204, None)

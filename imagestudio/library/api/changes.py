"""Changing many pictures at once, taking that back, and the trash."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status

from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.idempotency import Reply, note_replay, once
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.library.models import Change, Image
from imagestudio.library.schemas.images import ImagePage, KeptImageOut
from imagestudio.library.schemas.order import ChangeIn, ChangeOut, ChangePage
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import Wanted, change_of, make_change, undo_change

router = Router(tags=["changes"])

SEE = may(Deed.SEE, Scope.LIBRARY_READ)
CHANGE = may(Deed.CHANGE_LIBRARY, Scope.LIBRARY_WRITE)
FAVOURITE = may(Deed.FAVOURITE, Scope.LIBRARY_WRITE)  # what is more than that is asked inside
PURGE = may(Deed.PURGE, Scope.LIBRARY_WRITE)

Key = Annotated[str | None, Header(alias="Idempotency-Key")]


def answered(
    request: HttpRequest,
    response: HttpResponse,
    key: str | None,
    deed: Callable[[], Reply],
    *,
    root: str = "",
) -> Status[object]:
    """Do a deed once for each `Idempotency-Key`, and return its answer.

    With `root` it says where to find what was made: below that, under its id.
    """
    auth = request.auth  # type: ignore[attr-defined] # set by whoever let the caller in
    route = f"{request.method} {request.path.removeprefix('/api/v1')}"
    reply = once(
        membership=auth.membership, route=route[:100], key=key, request=request.body, deed=deed
    )
    if root:
        response["Location"] = f"{root}/{reply.body['id']}"
    note_replay(response, reply)
    return Status(reply.status, reply.body)


def as_reply(change: Change) -> Reply:
    """Return the answer for a change: 202 while a worker is at it."""
    body = ChangeOut.of(change).model_dump(mode="json")
    return Reply(202 if change.is_at_work else 200, body)


CHANGED = {200: ChangeOut, 202: ChangeOut}


@router.post("/changes", auth=FAVOURITE, response=CHANGED, summary="Change many pictures")
def post_change(
    request: ApiRequest, response: HttpResponse, payload: ChangeIn, idempotency_key: Key = None
) -> Status[object]:
    """Do one deed to all the selected pictures; with more than a thousand, a worker goes on (202).

    Pictures that are not there any more are passed over. Viewers may only mark favourites.
    """
    return answered(
        request,
        response,
        idempotency_key,
        lambda: as_reply(
            make_change(
                membership=request.auth.membership,
                wanted=payload.wanted(),
                selection=payload.selection(),
            )
        ),
    )


@router.get("/changes", auth=SEE, response=ChangePage, summary="List what was changed")
def list_changes(request: ApiRequest, query: Query[PageQuery]) -> ChangePage:
    """Return what was changed in the last thirty days, newest first.

    What others marked as favourite is not among it.
    """
    account, user = request.auth.account, request.auth.membership.user
    found = page(
        Change.objects.owned_by(account).known_to(user).select_related("tag"),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"changes of {account.pk} {user.pk}",
    )
    return ChangePage(
        items=[ChangeOut.of(change) for change in found.rows], next_cursor=found.next_cursor
    )


@router.get("/changes/{uuid:change_id}", auth=SEE, response=ChangeOut, summary="Show a change")
def get_change(request: ApiRequest, change_id: UUID) -> ChangeOut:
    """Return how far a change is."""
    return ChangeOut.of(change_of(membership=request.auth.membership, change_id=change_id))


@router.post(
    "/changes/{uuid:change_id}/undo", auth=FAVOURITE, response=CHANGED, summary="Undo a change"
)
def post_undo(
    request: ApiRequest, response: HttpResponse, change_id: UUID, idempotency_key: Key = None
) -> Status[object]:
    """Take a change back, as far as nobody has changed the pictures again since.

    One that is still at work stops.
    """
    return answered(
        request,
        response,
        idempotency_key,
        lambda: as_reply(undo_change(membership=request.auth.membership, change_id=change_id)),
    )


@router.get("/trash", auth=SEE, response=ImagePage, tags=["trash"], summary="List the trash")
def list_trash(request: ApiRequest, query: Query[PageQuery]) -> ImagePage:
    """Return what is in the trash, what was put there last first."""
    account = request.auth.account
    found = page(
        Image.objects.owned_by(account).in_trash().trashed_last(),
        by="trashed_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"trash of {account.pk}",
    )
    return ImagePage(
        items=KeptImageOut.of_all(found.rows, request.auth),
        next_cursor=found.next_cursor,
    )


@router.post(
    "/trash/empty", auth=PURGE, response=CHANGED, tags=["trash"], summary="Empty the trash"
)
def post_empty(
    request: ApiRequest, response: HttpResponse, idempotency_key: Key = None
) -> Status[object]:
    """Remove everything in the trash for good. That cannot be undone."""
    return answered(
        request,
        response,
        idempotency_key,
        lambda: as_reply(
            make_change(
                membership=request.auth.membership,
                wanted=Wanted(Change.Kind.PURGE),
                selection=Selection.of_all(""),
            )
        ),
    )

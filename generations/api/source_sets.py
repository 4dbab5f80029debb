"""Source sets: sources in their order, with their roles, under a name."""

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Status

from generations.api.generations import Key
from generations.models import SourceSet
from generations.schemas.presets import (
    SourceSetChange,
    SourceSetOut,
    SourceSetPage,
    SourceSetRequest,
)
from generations.services import kept, source_sets
from imagestudio.accounts.auth import ApiRequest, Caller, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.idempotency import Reply
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.library.api.changes import answered

router = Router(tags=["source sets"])

ROOT = "/api/v1/source-sets"
SEE = may(Deed.SEE, Scope.GENERATE, Scope.LIBRARY_READ)
CHANGE = may(Deed.CHANGE_LIBRARY, Scope.LIBRARY_WRITE)


@router.get("/source-sets", auth=SEE, response=SourceSetPage, summary="List source sets")
def list_source_sets(request: ApiRequest, query: Query[PageQuery]) -> SourceSetPage:
    """Return the account's source sets, the newest first."""
    account = request.auth.account
    found = page(
        SourceSet.objects.owned_by(account).kept().with_items().order_by("-made_at", "-id"),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"source sets of {account.pk}",
    )
    return SourceSetPage(
        items=[SourceSetOut.of(one) for one in found.rows], next_cursor=found.next_cursor
    )


@router.post("/source-sets", auth=CHANGE, response={201: SourceSetOut}, summary="Save a source set")
def post_source_set(
    request: ApiRequest,
    payload: SourceSetRequest,
    response: HttpResponse,
    idempotency_key: Key = None,
) -> Status[object]:
    """Save pictures of the library in their order, with their roles, under a name that is free."""
    caller = request.auth

    def save() -> Reply:
        made = source_sets.save_source_set(
            membership=caller.membership, name=payload.name, sources=payload.wishes()
        )
        return Reply(201, show(caller, made.pk).model_dump(mode="json"))

    return answered(request, response, idempotency_key, save, root=ROOT)


@router.get(
    "/source-sets/{uuid:source_set_id}",
    auth=SEE,
    response=SourceSetOut,
    summary="Show a source set",
)
def get_source_set(request: ApiRequest, source_set_id: UUID) -> SourceSetOut:
    """Return one source set. What has left the library keeps its place and says so."""
    return show(request.auth, source_set_id)


@router.patch(
    "/source-sets/{uuid:source_set_id}",
    auth=CHANGE,
    response=SourceSetOut,
    summary="Rename a source set",
)
def patch_source_set(
    request: ApiRequest, source_set_id: UUID, payload: SourceSetChange
) -> SourceSetOut:
    """Give a source set another name."""
    source_sets.rename_source_set(
        membership=request.auth.membership, source_set_id=source_set_id, name=payload.name
    )
    return show(request.auth, source_set_id)


@router.delete(
    "/source-sets/{uuid:source_set_id}",
    auth=CHANGE,
    response={204: None},
    summary="Remove a source set",
)
def delete_source_set(request: ApiRequest, source_set_id: UUID) -> Status[None]:
    """Take a source set out of the list; its pictures stay. `restore` brings it back."""
    kept.remove(SourceSet, membership=request.auth.membership, key=source_set_id)
    return Status(204, None)


@router.post(
    "/source-sets/{uuid:source_set_id}/restore",
    auth=CHANGE,
    response=SourceSetOut,
    summary="Bring a source set back",
)
def post_source_set_restore(request: ApiRequest, source_set_id: UUID) -> SourceSetOut:
    """Bring a removed source set back, unless its name was given to another meanwhile."""
    kept.restore(SourceSet, membership=request.auth.membership, key=source_set_id)
    return show(request.auth, source_set_id)


def show(caller: Caller, source_set_id: UUID) -> SourceSetOut:
    """Return a source set of the caller's account. Raises NoSuchSourceSet."""
    rows = SourceSet.objects.owned_by(caller.account).kept().with_items()
    found = rows.filter(pk=source_set_id).first()
    if found is None:
        raise kept.missing(SourceSet)
    return SourceSetOut.of(found)

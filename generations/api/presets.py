"""Presets: a prompt or style and its parameters under a name."""

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router, Status

from generations.api.generations import Key
from generations.models import Preset
from generations.schemas.presets import PresetChange, PresetOut, PresetPage, PresetRequest
from generations.services import kept, presets
from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.idempotency import Reply
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.library.api.changes import answered

router = Router(tags=["presets"])

ROOT = "/api/v1/presets"
SEE = may(Deed.SEE, Scope.GENERATE, Scope.LIBRARY_READ)
CHANGE = may(Deed.CHANGE_LIBRARY, Scope.LIBRARY_WRITE)


@router.get("/presets", auth=SEE, response=PresetPage, summary="List presets")
def list_presets(request: ApiRequest, query: Query[PageQuery]) -> PresetPage:
    """Return the account's presets, the newest first."""
    account = request.auth.account
    found = page(
        Preset.objects.owned_by(account).kept().order_by("-made_at", "-id"),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"presets of {account.pk}",
    )
    return PresetPage(
        items=[PresetOut.of(one) for one in found.rows], next_cursor=found.next_cursor
    )


@router.post("/presets", auth=CHANGE, response={201: PresetOut}, summary="Save a preset")
def post_preset(
    request: ApiRequest,
    payload: PresetRequest,
    response: HttpResponse,
    idempotency_key: Key = None,
) -> Status[object]:
    """Save a prompt or style, parameters, or both, under a name that is free."""
    wanted = payload.parameters

    def save() -> Reply:
        preset = presets.save_preset(
            membership=request.auth.membership,
            name=payload.name,
            prompt=payload.prompt,
            model=wanted.model if wanted else "",
            parameters=wanted.parameters() if wanted else None,
        )
        preset.refresh_from_db()  # the database's clock says when it was made
        return Reply(201, PresetOut.of(preset).model_dump(mode="json"))

    return answered(request, response, idempotency_key, save, root=ROOT)


@router.get("/presets/{uuid:preset_id}", auth=SEE, response=PresetOut, summary="Show a preset")
def get_preset(request: ApiRequest, preset_id: UUID) -> PresetOut:
    """Return one preset."""
    preset = Preset.objects.owned_by(request.auth.account).kept().filter(pk=preset_id).first()
    if preset is None:
        raise kept.missing(Preset)
    return PresetOut.of(preset)


@router.patch(
    "/presets/{uuid:preset_id}", auth=CHANGE, response=PresetOut, summary="Change a preset"
)
def patch_preset(request: ApiRequest, preset_id: UUID, payload: PresetChange) -> PresetOut:
    """Give a preset another name or prompt; its parameters stay."""
    preset = presets.change_preset(
        membership=request.auth.membership,
        preset_id=preset_id,
        name=payload.name,
        prompt=payload.prompt,
    )
    return PresetOut.of(preset)


@router.delete(
    "/presets/{uuid:preset_id}", auth=CHANGE, response={204: None}, summary="Remove a preset"
)
def delete_preset(request: ApiRequest, preset_id: UUID) -> Status[None]:
    """Take a preset out of the list. It can be brought back by `restore`."""
    kept.remove(Preset, membership=request.auth.membership, key=preset_id)
    return Status(204, None)


@router.post(
    "/presets/{uuid:preset_id}/restore",
    auth=CHANGE,
    response=PresetOut,
    summary="Bring a preset back",
)
def post_preset_restore(request: ApiRequest, preset_id: UUID) -> PresetOut:
    """Bring a removed preset back, unless its name was given to another meanwhile."""
    return PresetOut.of(kept.restore(Preset, membership=request.auth.membership, key=preset_id))

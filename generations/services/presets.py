"""Presets of an account: saved and changed. Removing and bringing back: `kept`."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from generations import catalogue
from generations.catalogue import Parameters
from generations.exceptions import RequestInvalid
from generations.models import Preset
from generations.services.kept import checked_name, missing, name_kept_once, require_room
from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError


def save_preset(
    *,
    membership: Membership,
    name: str,
    prompt: str = "",
    model: str = "",
    parameters: Parameters | None = None,
) -> Preset:
    """Return a new preset; without a model it sets no parameters.

    Raises Invalid (the name), RequestInvalid (prompt or parameters), NameTaken, TooManyKept,
    RoleTooLow, StandingTooLow.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    tidy = checked_name(name)
    check(prompt=prompt, model=model, parameters=parameters)
    require_room(Preset, account=membership.account)
    with name_kept_once():
        return Preset.objects.create(
            account=membership.account,
            name=tidy,
            prompt=said(prompt),
            model=catalogue.find(model).id if model else "",
            parameters=asdict(parameters or Parameters()) if model else {},
            made_by=membership.user,
        )


def check(*, prompt: str, model: str = "", parameters: Parameters | None = None) -> None:
    """Do nothing if a request could be made of these. Raises RequestInvalid."""
    if not prompt.strip() and not model:
        message = "Write a prompt or a style, or keep the parameters."
        raise RequestInvalid(message, fields=[FieldError("prompt", "required", message)])
    offered = catalogue.find(model) if model else catalogue.DEFAULT_MODEL
    problems = catalogue.validate(
        offered, parameters or Parameters(), source_count=0, prompt=said(prompt) or "-"
    )
    if problems:
        raise RequestInvalid(" ".join(one.message for one in problems), fields=problems)


def said(prompt: str) -> str:
    """Return a prompt; nothing for one that is only space."""
    return prompt if prompt.strip() else ""


@transaction.atomic
def change_preset(
    *, membership: Membership, preset_id: UUID, name: str | None = None, prompt: str | None = None
) -> Preset:
    """Return a preset under another name or with another prompt; its parameters stay.

    Raises NoSuchPreset, and what `save_preset` raises.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    rows = Preset.objects.owned_by(membership.account).kept().select_for_update()
    preset = rows.filter(pk=preset_id).first()
    if preset is None:
        raise missing(Preset)
    if name is not None:
        preset.name = checked_name(name)
    if prompt is not None:
        if prompt.strip() or not preset.model:
            check(prompt=prompt)
        preset.prompt = said(prompt)
    with name_kept_once():
        preset.save(update_fields=["name", "prompt"])
    return preset

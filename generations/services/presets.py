"""Presets of an account: saved, changed, removed, brought back."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from generations import catalogue
from generations.catalogue import Parameters
from generations.exceptions import NoSuchPreset, RequestInvalid
from generations.models import Preset
from generations.services.names import checked_name, name_kept_once, require_room
from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError

UNIQUE = "preset_name"


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
    require_room(Preset.objects.owned_by(membership.account).kept().count())
    with name_kept_once(UNIQUE):
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
        raise missing()
    if name is not None:
        preset.name = checked_name(name)
    if prompt is not None:
        if prompt.strip() or not preset.model:
            check(prompt=prompt)
        preset.prompt = said(prompt)
    with name_kept_once(UNIQUE):
        preset.save(update_fields=["name", "prompt"])
    return preset


def remove_preset(*, membership: Membership, preset_id: UUID) -> Preset:
    """Take a preset out of the account's list and return it. Raises NoSuchPreset, RoleTooLow."""
    require(Deed.CHANGE_LIBRARY, membership)
    mine = Preset.objects.owned_by(membership.account).kept().filter(pk=preset_id)
    if not mine.update(removed_at=Now()):
        raise missing()
    return removed_preset(account=membership.account, preset_id=preset_id)


def restore_preset(*, membership: Membership, preset_id: UUID) -> Preset:
    """Bring a removed preset back and return it.

    Raises NoSuchPreset, NameTaken (its name was given to another meanwhile), TooManyKept.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    preset = removed_preset(account=membership.account, preset_id=preset_id)
    require_room(Preset.objects.owned_by(membership.account).kept().count())
    with name_kept_once(UNIQUE):
        Preset.objects.filter(pk=preset.pk).update(removed_at=None)
    preset.removed_at = None
    return preset


def removed_preset(*, account: Account, preset_id: UUID) -> Preset:
    """Return a preset of the account that was removed. Raises NoSuchPreset."""
    rows = Preset.objects.owned_by(account).removed()
    preset = rows.filter(pk=preset_id).first()
    if preset is None:
        raise missing()
    return preset


def missing() -> NoSuchPreset:
    """Return the error for a preset that is not there, or not the account's."""
    return NoSuchPreset("There is no such preset in this account.")

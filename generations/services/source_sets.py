"""Source sets of an account: saved, renamed, removed, brought back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from generations.exceptions import NoSuchSourceSet, RequestInvalid
from generations.models import SourceSet, SourceSetItem
from generations.services.names import checked_name, name_kept_once, require_room
from generations.services.requests import SourceWish, library_images
from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError
from imagestudio.library.models import MAX_POSITION

UNIQUE = "source_set_name"


@transaction.atomic
def save_source_set(
    *, membership: Membership, name: str, sources: Sequence[SourceWish]
) -> SourceSet:
    """Return a new set of these sources, images of the library, in their order.

    Raises Invalid (the name), RequestInvalid (none, or too many), SourceMissing, NameTaken,
    TooManyKept, RoleTooLow, StandingTooLow.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    tidy = checked_name(name)
    if not 1 <= len(sources) <= MAX_POSITION:
        message = f"A source set has 1 to {MAX_POSITION} pictures."
        raise RequestInvalid(message, fields=[FieldError("sources", "out_of_range", message)])
    images = library_images(account=membership.account, sources=sources)
    require_room(SourceSet.objects.owned_by(membership.account).kept().count())
    with name_kept_once(UNIQUE):
        made = SourceSet.objects.create(
            account=membership.account, name=tidy, made_by=membership.user
        )
    SourceSetItem.objects.bulk_create(
        SourceSetItem(source_set=made, position=position, image=images[one.image_id], role=one.role)
        for position, one in enumerate(sources, 1)
        if one.image_id
    )
    return made


def rename_source_set(*, membership: Membership, source_set_id: UUID, name: str) -> SourceSet:
    """Return a set under another name. Raises NoSuchSourceSet, Invalid, NameTaken, RoleTooLow."""
    require(Deed.CHANGE_LIBRARY, membership)
    mine = SourceSet.objects.owned_by(membership.account).kept().filter(pk=source_set_id)
    with name_kept_once(UNIQUE):
        renamed = mine.update(name=checked_name(name))
    if not renamed:
        raise missing()
    return mine.get()


def remove_source_set(*, membership: Membership, source_set_id: UUID) -> SourceSet:
    """Take a set out of the account's list and return it; its pictures stay where they are.

    Raises NoSuchSourceSet, RoleTooLow.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    mine = SourceSet.objects.owned_by(membership.account).kept().filter(pk=source_set_id)
    if not mine.update(removed_at=Now()):
        raise missing()
    return removed_source_set(account=membership.account, source_set_id=source_set_id)


def restore_source_set(*, membership: Membership, source_set_id: UUID) -> SourceSet:
    """Bring a removed set back and return it.

    Raises NoSuchSourceSet, NameTaken (its name was given to another meanwhile), TooManyKept.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    found = removed_source_set(account=membership.account, source_set_id=source_set_id)
    require_room(SourceSet.objects.owned_by(membership.account).kept().count())
    with name_kept_once(UNIQUE):
        SourceSet.objects.filter(pk=found.pk).update(removed_at=None)
    found.removed_at = None
    return found


def removed_source_set(*, account: Account, source_set_id: UUID) -> SourceSet:
    """Return a set of the account that was removed. Raises NoSuchSourceSet."""
    rows = SourceSet.objects.owned_by(account).removed()
    found = rows.filter(pk=source_set_id).first()
    if found is None:
        raise missing()
    return found


def missing() -> NoSuchSourceSet:
    """Return the error for a set that is not there, or not the account's."""
    return NoSuchSourceSet("There is no such source set in this account.")

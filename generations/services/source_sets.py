"""Source sets of an account: saved and renamed. Removing and bringing back: `kept`."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from generations.exceptions import RequestInvalid
from generations.models import SourceSet, SourceSetItem
from generations.services.kept import checked_name, missing, name_kept_once, require_room
from generations.services.requests import SourceWish, library_images
from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError
from imagestudio.library.models import MAX_POSITION


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
    require_room(SourceSet, account=membership.account)
    with name_kept_once():
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
    with name_kept_once():
        renamed = mine.update(name=checked_name(name))
    if not renamed:
        raise missing(SourceSet)
    return mine.get()

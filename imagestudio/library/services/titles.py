"""Titles: the name that people give to a picture."""

import unicodedata
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import Happening, record
from imagestudio.library.exceptions import BadTitle, NoSuchImage
from imagestudio.library.models import Image
from imagestudio.library.services.indexing import index_images

LONGEST = 200  # characters


def screen_title(*, membership: Membership, image_id: UUID, title: str) -> None:
    """Do nothing if nobody objects to a title; to be called before the transaction of the change.

    A picture that is not there is none of its business. Raises RoleTooLow, BadTitle, and what
    those raise who have a say in titles (`TITLE_SCREENERS`).
    """
    require(Deed.CHANGE_LIBRARY, membership)
    words = words_of(title)
    image = Image.objects.owned_by(membership.account).kept().filter(pk=image_id).first()
    if image is not None:
        for name in import_string(settings.TITLE_SCREENERS):
            import_string(name)(membership=membership, image=image, title=words)


def words_of(title: str) -> str:
    """Return a title as it is kept. Raises BadTitle."""
    words = " ".join(unicodedata.normalize("NFC", title).split())
    if len(words) > LONGEST:
        raise BadTitle(f"A title has at most {LONGEST} characters.")
    if not words.isprintable():
        raise BadTitle("A title has no control characters.")
    return words


@transaction.atomic
def rename(*, membership: Membership, image_id: UUID, title: str) -> Image:
    """Return the image under its new title, which `screen_title` let pass; an empty one is none.

    Raises RoleTooLow, NoSuchImage, BadTitle.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    words = words_of(title)
    images = Image.objects.owned_by(membership.account).kept()
    image = images.select_for_update(no_key=True).filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    if image.title != words:
        image.title = words
        image.save(update_fields=["title"])
        index_images(image_ids=[image.pk])
        happening = Happening(image.account_id, "image.changed", {"image": str(image.pk)})
        record(happening)
    return image

"""Titles: the name that people give to a picture."""

import unicodedata
from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import Happening, record
from imagestudio.library.exceptions import BadTitle, NoSuchImage
from imagestudio.library.models import Image
from imagestudio.library.services.indexing import index_images

LONGEST = 200  # characters


@transaction.atomic
def rename(*, membership: Membership, image_id: UUID, title: str) -> Image:
    """Return the image under its new title; an empty one is none.

    Raises RoleTooLow, NoSuchImage, BadTitle.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    words = " ".join(unicodedata.normalize("NFC", title).split())
    if len(words) > LONGEST:
        raise BadTitle(f"A title has at most {LONGEST} characters.")
    if not words.isprintable():
        raise BadTitle("A title has no control characters.")
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

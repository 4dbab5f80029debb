"""Several things about one picture, changed as one."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import Membership
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Image
from imagestudio.library.services.favourites import set_favourite
from imagestudio.library.services.tags import set_tags
from imagestudio.library.services.titles import rename, screen_title


def edit_image(
    *,
    membership: Membership,
    image_id: UUID,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    favourite: bool | None = None,
) -> Image:
    """Return the image with what is not None changed: all of it, or nothing.

    Raises RoleTooLow, NoSuchImage, BadTitle, BadTag, and what speaks against the title.
    """
    if title is not None:
        screen_title(membership=membership, image_id=image_id, title=title)
    return _edited(
        membership=membership, image_id=image_id, title=title, tags=tags, favourite=favourite
    )


@transaction.atomic
def _edited(
    *,
    membership: Membership,
    image_id: UUID,
    title: str | None,
    tags: Sequence[str] | None,
    favourite: bool | None,
) -> Image:
    if tags is not None:
        set_tags(membership=membership, image_id=image_id, names=tags)
    if title is not None:
        rename(membership=membership, image_id=image_id, title=title)
    if favourite is not None:
        set_favourite(membership=membership, image_id=image_id, likes=favourite)
    images = Image.objects.owned_by(membership.account).kept().select_related("file")
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    return image

"""Favourites: what one person likes, of no concern to the others of the account."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import Favourite, Image


@transaction.atomic
def set_favourite(*, membership: Membership, image_id: UUID, likes: bool) -> Image:
    """Return the image, which is a favourite of this member now, or is not.

    Every member may do that, and nobody else learns of it. Raises NoSuchImage, StandingTooLow.
    """
    require(Deed.FAVOURITE, membership)
    images = Image.objects.owned_by(membership.account).kept()
    image = images.select_for_update(no_key=True).filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    if likes:
        favourite = Favourite(
            account=membership.account,
            user=membership.user,
            image=image,
            added_at=image.added_at,
        )
        Favourite.objects.bulk_create([favourite], ignore_conflicts=True)
    else:
        Favourite.objects.filter(user=membership.user, image=image).delete()
    return image

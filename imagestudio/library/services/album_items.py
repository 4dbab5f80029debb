"""The pictures of an album in their own order."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.library.exceptions import NotInAlbum
from imagestudio.library.models import AlbumItem
from imagestudio.library.services.albums import album_of, tell
from imagestudio.library.services.positions import position_between


@transaction.atomic
def move_in_album(
    *, membership: Membership, album_id: UUID, image_id: UUID, before_id: UUID | None
) -> AlbumItem:
    """Return a picture's place in an album, now just before another one, or behind all.

    It takes as long in an album of ten as in one of a hundred thousand. Raises RoleTooLow,
    NoSuchAlbum, NotInAlbum.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    album = album_of(account=membership.account, album_id=album_id)
    items = AlbumItem.objects.filter(album=album)
    item = items.filter(image=image_id).first()
    before = items.filter(image=before_id).first() if before_id else None
    if item is None or (before_id and before is None):
        raise NotInAlbum("Both pictures have to be in the album.")
    if item != before:
        others = items.exclude(pk=item.pk)
        item.position = position_between(others, before=before)
        item.save(update_fields=["position"])
        tell(album)
    return item

"""The pictures of an album in their own order."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.library.exceptions import NotInAlbum
from imagestudio.library.models import AlbumItem, AlbumItemQuerySet
from imagestudio.library.services.albums import album_of, tell
from imagestudio.library.services.positions import position_between


@transaction.atomic
def move_in_album(
    *,
    membership: Membership,
    album_id: UUID,
    image_id: UUID,
    before_id: UUID | None = None,
    after_id: UUID | None = None,
) -> AlbumItem:
    """Return a picture's place in an album, now just before or after another one, or behind all.

    Where both are named, `before_id` counts. It takes as long in an album of ten as in one of a
    hundred thousand. Raises RoleTooLow, NoSuchAlbum, NotInAlbum.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    album = album_of(account=membership.account, album_id=album_id)
    items = AlbumItem.objects.filter(album=album)
    item = items.filter(image=image_id).first()
    beside_id = before_id or after_id
    beside = items.filter(image=beside_id).first() if beside_id else None
    if item is None or (beside_id and beside is None):
        raise NotInAlbum("Both pictures have to be in the album.")
    before = beside if before_id else next_of(items.exclude(pk=item.pk), beside)
    if item != before:
        others = items.exclude(pk=item.pk)
        item.position = position_between(others, before=before)
        item.save(update_fields=["position"])
        tell(album)
    return item


def next_of(items: AlbumItemQuerySet, item: AlbumItem | None) -> AlbumItem | None:
    """Return the item that follows one in the order, None behind the last."""
    if item is None:
        return None
    at = item.position
    later = items.filter(Q(position__gt=at) | Q(position=at, pk__gt=item.pk))
    return later.order_by("position", "pk").first()

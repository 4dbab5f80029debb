"""Albums: making, naming, nesting, ordering and removing them."""

import unicodedata
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError
from imagestudio.events.services import Happening, record
from imagestudio.library.exceptions import BadAlbum, CannotBeUndone, NoSuchAlbum, NotInAlbum
from imagestudio.library.models import Album, AlbumItem
from imagestudio.library.services.positions import position_between

LONGEST = 100  # characters of a name
MOST = 5000  # albums of an account: all of them are shown on one page
KEPT = timedelta(days=30)  # in which an album that was removed can be brought back
AT_ONCE = 20  # albums that are forgotten in one go
NESTS_ONCE = "An album holds albums one level deep, and only those of its own account."


def album_of(*, account: Account, album_id: UUID) -> Album:
    """Return an album of the account, locked. Raises NoSuchAlbum."""
    albums = Album.objects.owned_by(account).select_for_update(of=("self",), no_key=True)
    album = albums.filter(pk=album_id).first()
    if album is None:
        raise NoSuchAlbum("There is no such album in this account.")
    return album


def clean(name: str) -> str:
    """Return an album's name as it is kept. Raises BadAlbum."""
    words = " ".join(unicodedata.normalize("NFC", name).split())
    if not words:
        raise bad("name", "Give the album a name.")
    if len(words) > LONGEST:
        raise bad("name", f"A name has at most {LONGEST} characters.")
    if not words.isprintable():
        raise bad("name", "A name has no control characters.")
    return words


def bad(field: str, words: str) -> BadAlbum:
    """Return the error that says what is wrong with a field of an album."""
    return BadAlbum(words, fields=[FieldError(field, BadAlbum.code, words)])


@transaction.atomic
def create_album(*, membership: Membership, name: str, parent_id: UUID | None = None) -> Album:
    """Return a new, empty album behind those beside it, in another one if that is named.

    Raises RoleTooLow, BadAlbum (its name, nested too deep, too many), NoSuchAlbum (the parent).
    """
    album = lay_album(membership=membership, name=name, parent_id=parent_id)
    tell(album)
    return album


def lay_album(*, membership: Membership, name: str, parent_id: UUID | None = None) -> Album:
    """Return a new album that nobody is told of yet, as `create_album` does.

    For callers who have more to lock: they tell of it last, in the same transaction.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    account, words = membership.account, clean(name)
    lock_order(account)
    parent = parent_of(account=account, parent_id=parent_id)
    albums = Album.objects.owned_by(account)
    if albums.count() >= MOST:
        raise bad("name", f"An account has at most {MOST:,} albums.")
    album = Album.objects.create(
        account=account,
        parent=parent,
        name=words,
        position=position_between(albums.filter(parent=parent), before=None),
        made_by=membership.user,
    )
    album.refresh_from_db()
    return album


def lock_order(account: Account) -> None:
    """Lock the order of an account's albums: one change of it at a time."""
    Album.objects.filter(account=account).order_by("pk").select_for_update(no_key=True).first()


def parent_of(*, account: Account, parent_id: UUID | None) -> Album | None:
    """Return the album that another is put into. Raises NoSuchAlbum, BadAlbum."""
    if parent_id is None:
        return None
    parent = album_of(account=account, album_id=parent_id)
    if parent.parent_id is not None:
        raise bad("parent", NESTS_ONCE)
    return parent


@transaction.atomic
def rename_album(*, membership: Membership, album_id: UUID, name: str) -> Album:
    """Return the album under its new name. Raises RoleTooLow, NoSuchAlbum, BadAlbum."""
    require(Deed.CHANGE_LIBRARY, membership)
    words = clean(name)
    album = album_of(account=membership.account, album_id=album_id)
    Album.objects.filter(pk=album.pk).update(name=words)
    tell(album)
    album.refresh_from_db()
    return album


@transaction.atomic
def move_album(
    *,
    membership: Membership,
    album_id: UUID,
    parent_id: UUID | None,
    before_id: UUID | None = None,
) -> Album:
    """Return the album, now in another one or in none, before one that is there or behind all.

    Raises RoleTooLow, NoSuchAlbum, BadAlbum (nested too deep).
    """
    require(Deed.CHANGE_LIBRARY, membership)
    account = membership.account
    lock_order(account)
    album = album_of(account=account, album_id=album_id)
    parent = parent_of(account=account, parent_id=parent_id)
    if parent is not None and (parent == album or album.nested.filter(removed_at=None).exists()):
        raise bad("parent", NESTS_ONCE)
    beside = Album.objects.owned_by(account).filter(parent=parent).exclude(pk=album.pk)
    before = beside.filter(pk=before_id).first() if before_id else None
    if before_id and before is None:
        raise NoSuchAlbum("The album to put it before is not there.")
    if parent is not None:  # what was removed from it is not in the way
        album.nested.exclude(removed_at=None).update(parent=None)
    try:
        with transaction.atomic():
            Album.objects.filter(pk=album.pk).update(
                parent=parent, position=position_between(beside, before=before)
            )
    except IntegrityError as error:  # somebody has just nested one of the two
        raise bad("parent", NESTS_ONCE) from error
    tell(album)
    album.refresh_from_db()
    return album


@transaction.atomic
def set_cover(*, membership: Membership, album_id: UUID, image_id: UUID | None) -> Album:
    """Return the album with this cover; with none, its first picture stands for it.

    Raises RoleTooLow, NoSuchAlbum, NotInAlbum.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    album = album_of(account=membership.account, album_id=album_id)
    if image_id is not None:
        items = AlbumItem.objects.filter(album=album, image=image_id, image__is_listed=True)
        if not items.exists():
            raise NotInAlbum("The cover is one of the album's pictures.")
    Album.objects.filter(pk=album.pk).update(cover=image_id)
    tell(album)
    album.refresh_from_db()
    return album


@transaction.atomic
def edit_album(*, membership: Membership, album_id: UUID, wanted: Mapping[str, Any]) -> Album:
    """Return the album with its `name`, `parent`, `before` and `cover` as far as these are given.

    All of it is done or nothing. Raises RoleTooLow, NoSuchAlbum, BadAlbum, NotInAlbum.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    if "parent" in wanted or "before" in wanted:
        lock_order(membership.account)
    album = album_of(account=membership.account, album_id=album_id)
    # Moving comes first: it locks the other album, and whoever has told of something locks no more.
    if "parent" in wanted or "before" in wanted:
        move_album(
            membership=membership,
            album_id=album_id,
            parent_id=wanted.get("parent", album.parent_id),
            before_id=wanted.get("before"),
        )
    if "name" in wanted:
        rename_album(membership=membership, album_id=album_id, name=wanted["name"] or "")
    if "cover" in wanted:
        set_cover(membership=membership, album_id=album_id, image_id=wanted["cover"])
    album.refresh_from_db()
    return album


@transaction.atomic
def remove_album(*, membership: Membership, album_id: UUID) -> Album:
    """Return the album, which is not there any more, nor are those in it; all pictures stay.

    It can be brought back with everything for thirty days. Raises RoleTooLow, NoSuchAlbum.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    album = album_of(account=membership.account, album_id=album_id)
    Album.objects.filter(pk=album.pk).update(removed_at=Now())
    # The same moment tells those that went with it from those that were removed before.
    Album.objects.filter(parent=album, removed_at=None).update(removed_at=Now())
    tell(album)
    album.refresh_from_db()
    return album


@transaction.atomic
def restore_album(*, membership: Membership, album_id: UUID) -> Album:
    """Return an album that was removed, back with those that went with it.

    One whose own album is gone comes back on its own. Raises RoleTooLow, NoSuchAlbum (of another
    account, or forgotten), CannotBeUndone (it is there).
    """
    require(Deed.CHANGE_LIBRARY, membership)
    mine = Album.objects.filter(account=membership.account).select_related("parent")
    albums = mine.exclude(removed_at__lt=Now() - KEPT)
    album = albums.select_for_update(of=("self",), no_key=True).filter(pk=album_id).first()
    if album is None:
        raise NoSuchAlbum("There is no such album in this account.")
    if album.removed_at is None:
        raise CannotBeUndone("The album is there.")
    gone = album.removed_at
    parent = album.parent if album.parent and album.parent.removed_at is None else None
    Album.objects.filter(parent=album, removed_at=gone).update(removed_at=None)
    Album.objects.filter(pk=album.pk).update(removed_at=None, parent=parent)
    tell(album)
    album.refresh_from_db()
    return album


@transaction.atomic
def forget_albums() -> int:
    """Empty albums that were removed too long ago to be brought back; return how many."""
    old = Album.objects.filter(removed_at__lt=Now() - KEPT, items__isnull=False).distinct()
    ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
    AlbumItem.objects.filter(album__in=ids).delete()
    return len(ids)


def tell(album: Album) -> None:
    """Record that something about an album has changed."""
    record(Happening(album.account_id, "album.changed", {"album": str(album.pk)}))

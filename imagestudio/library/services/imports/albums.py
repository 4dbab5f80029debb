"""The albums of an export: each comes with all its pictures, or not at all.

One that is there already takes in its pictures that came into the account later, and no others: so
what was removed for good comes back, and what somebody has taken out of the album stays out.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, User
from imagestudio.events.services import Happening, record
from imagestudio.library.archive import BadArchive
from imagestudio.library.exceptions import BadAlbum
from imagestudio.library.models import Album, AlbumItem, Image, ImportedAlbum, ImportedImage
from imagestudio.library.services.albums import MOST, clean, lock_order
from imagestudio.library.services.imports.lines import AlbumLine, ItemLine, batched
from imagestudio.library.services.imports.pictures import images_by_origin
from imagestudio.library.services.positions import GAP, last_position, position_between

SLICE = 1000  # pictures that are put into an album at once


def each_album(
    lines: Iterable[AlbumLine | ItemLine],
) -> Iterator[tuple[AlbumLine, Iterator[UUID]]]:
    """Yield albums with the ids of their pictures, which are read while they are asked for.

    What stands before the first album belongs to none and is passed over.
    """
    waiting: list[AlbumLine] = []
    rest = iter(lines)

    def items() -> Iterator[UUID]:
        for one in rest:
            if isinstance(one, AlbumLine):
                waiting.append(one)
                return
            yield one.image

    for _ in items():
        pass
    while waiting:
        album, pictures = waiting.pop(), items()
        yield album, pictures
        for _ in pictures:  # what nobody wanted
            pass


def keep_album(*, account: Account, user: User, line: AlbumLine, items: Iterator[UUID]) -> bool:
    """Write an album and its places, and say whether it is new; see above for one that is not.

    Raises BadArchive when it cannot be an album.
    """
    known = album_of(account, line.id)
    if known is not None:
        if known.removed_at is None:
            _take_in(account, known, line, items)
        return False
    try:
        with transaction.atomic():
            album = _new(account, user, line)
            ImportedAlbum.objects.create(account=account, origin=line.id, album=album)
            _fill(account, album, line, items)
            record(Happening(account.pk, "album.changed", {"album": str(album.pk)}))
    except IntegrityError as error:
        if "imported_album_once" not in str(error):
            raise
        return False  # another import of the same export was quicker
    return True


def album_of(account: Account, origin: UUID) -> Album | None:
    """Return the album that stands in this account for one of an export, removed ones too."""
    brought = ImportedAlbum.objects.filter(account=account, origin=origin)
    found = brought.select_related("album").first()
    if found is not None:
        return found.album
    return Album.objects.filter(account=account, pk=origin).first()


def _new(account: Account, user: User, line: AlbumLine) -> Album:
    try:
        name = clean(line.name)
    except BadAlbum as error:
        raise BadArchive(str(error)) from error
    lock_order(account)
    albums = Album.objects.owned_by(account)
    if albums.count() >= MOST:
        raise BadArchive(f"An account has at most {MOST:,} albums.")
    parent = album_of(account, line.parent) if line.parent else None
    if parent is not None and (parent.parent_id is not None or parent.removed_at is not None):
        parent = None  # nested deeper than albums are, or in one that is gone
    return Album.objects.create(
        account=account,
        parent=parent,
        name=name,
        position=position_between(albums.filter(parent=parent), before=None),
        made_by=user,
    )


@transaction.atomic
def _take_in(account: Account, album: Album, line: AlbumLine, items: Iterator[UUID]) -> None:
    """Put what came in after an album behind its other pictures."""
    Album.objects.select_for_update(no_key=True).get(pk=album.pk)
    brought = ImportedAlbum.objects.filter(account=account, origin=line.id).first()
    since = brought.imported_at if brought else album.made_at
    first = position = last_position(album)
    for some in batched(items, SLICE):
        position = _put(account, album, _newer(account, some, since), position)
    if position == first:
        return
    ImportedAlbum.objects.update_or_create(
        account=account, origin=line.id, defaults={"album": album, "imported_at": Now()}
    )
    record(Happening(account.pk, "album.changed", {"album": str(album.pk)}))


def _newer(account: Account, origins: list[UUID], since: datetime) -> list[UUID]:
    """Return those of these pictures of an export that came in after a moment, in their order."""
    found = ImportedImage.objects.filter(account=account, origin__in=origins, imported_at__gt=since)
    newer = set(found.values_list("origin", flat=True))
    return [one for one in origins if one in newer]


def _fill(account: Account, album: Album, line: AlbumLine, items: Iterator[UUID]) -> None:
    position = 0
    for some in batched(items, SLICE):
        position = _put(account, album, some, position)
    if line.cover is not None:
        cover = images_by_origin(account, [line.cover]).get(line.cover)
        placed = AlbumItem.objects.filter(album=album, image=cover, image__is_listed=True)
        if cover is not None and placed.exists():
            Album.objects.filter(pk=album.pk).update(cover=cover)


def _put(account: Account, album: Album, origins: list[UUID], position: int) -> int:
    """Put pictures behind those that are in an album, and return the last place."""
    ids = images_by_origin(account, origins)
    shown = Image.objects.owned_by(account).filter(pk__in=ids.values())
    added = dict(shown.values_list("pk", "added_at"))
    rows = []
    for key in (ids[one] for one in origins if one in ids):
        if key in added:
            position += GAP
            rows.append(
                AlbumItem(album=album, image_id=key, position=position, added_at=added[key])
            )
    AlbumItem.objects.bulk_create(rows, ignore_conflicts=True)
    return position

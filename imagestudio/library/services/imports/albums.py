"""The albums of an export: each comes with all its pictures, or not at all."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import IntegrityError, transaction

from imagestudio.accounts.models import Account, User
from imagestudio.events.services import Happening, record
from imagestudio.library.archive import BadArchive
from imagestudio.library.exceptions import BadAlbum
from imagestudio.library.models import Album, AlbumItem, Image, ImportedAlbum
from imagestudio.library.services.albums import MOST, clean, lock_order
from imagestudio.library.services.imports.lines import AlbumLine, ItemLine
from imagestudio.library.services.imports.pictures import images_by_origin
from imagestudio.library.services.positions import GAP, position_between

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
    """Write an album and its places, or nothing if it was brought in before; say whether.

    Raises BadArchive when it cannot be an album.
    """
    if album_of(account, line.id) is not None:
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


def _fill(account: Account, album: Album, line: AlbumLine, items: Iterator[UUID]) -> None:
    position = 0
    some: list[UUID] = []
    for origin in items:
        some.append(origin)
        if len(some) == SLICE:
            position, some = _put(account, album, some, position), []
    _put(account, album, some, position)
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

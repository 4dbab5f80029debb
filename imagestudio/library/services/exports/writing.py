"""An export in the making: pictures first, then what is known of them, oldest first.

Everything is written in one go and in the same memory for any library. What enters the library
after it began is left out.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.connections import release_connections
from imagestudio.errors import NotFound
from imagestudio.library.archive import Entry, Spool, as_json, stored, zipped
from imagestudio.library.exceptions import AccessLost
from imagestudio.library.models import Album, AlbumItem, Favourite, Image, ImageQuerySet
from imagestudio.library.services.downloads import Details, facts_of
from imagestudio.library.services.downloads.reading import entry_of

FORMAT, VERSION = "image-studio-export", 1
SLICE = 50  # pictures whose rows are read at once
ITEMS = 1000  # places in albums that are read at once
FRESH = 5.0  # seconds for which a look at who may export is believed


@dataclass(frozen=True, slots=True)
class Size:
    """How many pictures an export has, and how many bytes those are together."""

    images: int
    bytes: int


def size_of_export(*, account: Account) -> Size:
    """Return how large an export of an account would be now; what two pictures share, twice."""
    shown = Image.objects.owned_by(account).kept()
    found = shown.aggregate(images=Count("pk"), bytes=Coalesce(Sum("file__bytes"), 0))
    return Size(**found)


def zip_of_library(
    *, membership: Membership, details: Details, is_allowed: Callable[[], bool]
) -> Generator[bytes, None, None]:
    """Return the bytes of an export of the member's account as a ZIP, made while it leaves.

    Raises RoleTooLow and StandingTooLow at once; later StorageUnavailable, and AccessLost when
    `is_allowed` says no: both cut the download.
    """
    require(Deed.EXPORT, membership)
    account, user = membership.account, membership.user
    return _begun(export_of(account=account, user=user, details=details, is_allowed=is_allowed))


def _begun(entries: Iterator[Entry]) -> Generator[bytes, None, None]:
    try:
        yield from zipped(entries)
    finally:
        release_connections()


def export_of(
    *,
    account: Account,
    user: User | None,
    details: Details,
    is_allowed: Callable[[], bool] = lambda: True,
    say: Callable[[str], object] = lambda _: None,
) -> Iterator[Entry]:
    """Yield the files of an export of an account's library, without its trash.

    `user` is whose favourites are marked. A picture whose bytes are missing or damaged is noted in
    `end.json`. Raises StorageUnavailable, and AccessLost when `is_allowed` says no.
    """
    export = _Export(account, user, details, is_allowed, say)
    try:
        yield from export.entries()
    finally:
        export.close()


class _Export:
    """One export."""

    def __init__(
        self,
        account: Account,
        user: User | None,
        details: Details,
        is_allowed: Callable[[], bool],
        say: Callable[[str], object],
    ) -> None:
        self.account, self.user, self.details = account, user, details
        self.is_allowed, self.say = is_allowed, say
        self.until = datetime.now(UTC)
        self.images, self.albums, self.errors = Spool(), Spool(), Spool()
        self.counts = {"images": 0, "files": 0, "bytes": 0, "albums": 0, "errors": 0}
        self.shared: set[UUID] = set()  # files of several images that are in the export already
        self.looked_at = monotonic()

    def close(self) -> None:
        for spool in (self.images, self.albums, self.errors):
            spool.close()

    def entries(self) -> Iterator[Entry]:
        yield self.text("export.json", self.head())
        for images in self.slices():
            facts = facts_of(images, details=self.details)
            liked = self.favourites(images)
            release_connections()
            for image in images:
                self.look()
                yield from self.picture(image, facts[image.pk] | {"favourite": image.pk in liked})
            self.say(f"{self.counts['images']:,} pictures")
        self.write_albums()
        release_connections()
        yield self.images.entry("images.jsonl")
        yield self.albums.entry("albums.jsonl")
        yield self.errors.entry("errors.jsonl")
        yield self.text("end.json", self.counts)

    def head(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "export": str(uuid4()),
            "account": {"id": str(self.account.pk), "slug": self.account.slug},
            "made_at": self.until.isoformat(),
        }

    def text(self, name: str, value: object) -> Entry:
        return stored(name, [as_json(value).encode() + b"\n"], at=datetime.now(UTC))

    def picture(self, image: Image, facts: dict[str, Any]) -> Iterator[Entry]:
        """Yield an image's file unless it was given out before, and write the image's line."""
        file = image.file
        if file is None:
            return
        name = f"files/{bytes(file.sha256).hex()}.{file.extension}"
        if file.pk not in self.shared:
            try:
                entry = entry_of(file, name=name, at=file.stored_at)
            except NotFound as error:
                self.errors.write_line(
                    {"image": str(image.pk), "code": error.code, "message": str(error)}
                )
                self.counts["errors"] += 1
                return
            self.counts["files"] += 1
            self.counts["bytes"] += entry.size
            if has_several(image):
                self.shared.add(file.pk)
            yield entry
        self.images.write_line({"file": name, **facts})
        self.counts["images"] += 1

    def look(self) -> None:
        """Look from time to time whether the export may go on. Raises AccessLost."""
        if monotonic() - self.looked_at < FRESH:
            return
        if not self.is_allowed():
            raise AccessLost
        release_connections()
        self.looked_at = monotonic()

    def shown(self) -> ImageQuerySet:
        return Image.objects.owned_by(self.account).kept().filter(added_at__lte=self.until)

    def slices(self) -> Iterator[list[Image]]:
        """Yield all images, oldest first: so parents come before what was made of them."""
        others = Image.objects.filter(file=OuterRef("file")).exclude(pk=OuterRef("pk"))
        rows = self.shown().select_related("file").annotate(has_others=Exists(others))
        rows = rows.order_by("added_at", "id")
        some = list(rows[:SLICE])
        while some:
            yield some
            at, key = some[-1].added_at, some[-1].pk
            behind = rows.filter(Q(added_at__gte=at) & (Q(added_at__gt=at) | Q(id__gt=key)))
            some = list(behind[:SLICE])

    def favourites(self, images: Sequence[Image]) -> set[UUID]:
        if self.user is None:
            return set()
        liked = Favourite.objects.filter(user=self.user, image__in=images)
        return set(liked.values_list("image_id", flat=True))

    def write_albums(self) -> None:
        """Write each album, those that hold others first, and behind it its pictures in order."""
        albums = Album.objects.owned_by(self.account).select_related("cover")
        for album in [*albums.filter(parent=None), *albums.filter(parent__isnull=False)]:
            self.albums.write_line(
                {
                    "type": "album",
                    "id": str(album.pk),
                    "name": album.name,
                    "parent": str(album.parent_id) if album.parent_id else None,
                    "cover": str(album.cover_id) if is_named(album.cover) else None,
                    "made_at": album.made_at.isoformat(),
                }
            )
            self.counts["albums"] += 1
            for item in self.items(album):
                self.albums.write_line({"type": "item", "image": str(item.image_id)})

    def items(self, album: Album) -> Iterator[AlbumItem]:
        items = AlbumItem.objects.filter(
            album=album, image__is_listed=True, image__added_at__lte=self.until
        )
        items = items.order_by("position", "id")
        some = list(items[:ITEMS])
        while some:
            yield from some
            at, key = some[-1].position, some[-1].pk
            behind = items.filter(Q(position__gte=at) & (Q(position__gt=at) | Q(id__gt=key)))
            some = list(behind[:ITEMS])


def is_named(image: Image | None) -> bool:
    """Say whether there is an image which no decision hides."""
    return image is not None and not image.is_hidden


def has_several(image: Image) -> bool:
    """Say whether other images have the file of one that `slices` yielded."""
    return bool(getattr(image, "has_others", False))

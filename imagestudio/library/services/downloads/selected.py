"""A ZIP of chosen pictures, with a manifest: made while it leaves, in the same memory for any."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

from imagestudio.accounts.models import Membership
from imagestudio.connections import release_connections
from imagestudio.errors import NotFound
from imagestudio.library.archive import Entry, Numbered, Spool, as_json, stored, zipped
from imagestudio.library.exceptions import NoSuchImage, TooManyMissing
from imagestudio.library.imaging import ImagingError, ImagingUnavailable
from imagestudio.library.listing import keys_behind
from imagestudio.library.models import Image
from imagestudio.library.selection import Selection
from imagestudio.library.services.conversions import Conversion, converted
from imagestudio.library.services.downloads.facts import Details, Facts, facts_of
from imagestudio.library.services.downloads.reading import entry_of
from imagestudio.library.services.names import file_stem

FORMAT, VERSION = "image-studio-download", 1
SLICE = 50  # pictures whose rows are read at once
FRESH = 1.0  # seconds for which a look at who may see what is believed
NEWEST = UUID(int=2**128 - 1)  # behind which every picture of a moment comes
MOST_ERRORS = 1000  # pictures that may be left out before the whole download is given up


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures, as what: the originals, or copies."""

    selection: Selection
    conversion: Conversion | None = None


def zip_of(
    *, membership: Membership, wanted: Wanted, details: Details, is_allowed: Callable[[], bool]
) -> Generator[bytes, None, None]:
    """Return the bytes of a ZIP of the selected pictures that the library shows.

    `is_allowed` is asked again while the bytes leave; when it says no the archive ends early, and
    its manifest says so. So does one that lacks a picture which was trashed meanwhile or whose
    bytes are missing or damaged. Raises NoSuchImage at once when nothing is selected; later
    StorageUnavailable and TooManyMissing, which cut the download.
    """
    if not _has_any(membership, wanted.selection):
        raise NoSuchImage("None of these pictures is in this library.")
    return _begun(membership, wanted, details, is_allowed)


def _begun(
    membership: Membership, wanted: Wanted, details: Details, is_allowed: Callable[[], bool]
) -> Generator[bytes, None, None]:
    work = _Zip(membership, wanted, details, is_allowed)
    try:
        yield from zipped(work.entries())
    finally:
        work.close()


class _Zip:
    """One archive in the making."""

    def __init__(
        self,
        membership: Membership,
        wanted: Wanted,
        details: Details,
        is_allowed: Callable[[], bool],
    ) -> None:
        self.membership, self.wanted, self.details = membership, wanted, details
        self.is_allowed = is_allowed
        self.names = Numbered()
        self.lines = Spool()
        self.count = 0
        self.errors: list[Facts] = []
        self.has_ended = False

    def close(self) -> None:
        self.lines.close()
        release_connections()

    def entries(self) -> Iterator[Entry]:
        head = {
            "format": FORMAT,
            "version": VERSION,
            "account": self.membership.account.slug,
            "made_at": datetime.now(UTC).isoformat(),
        }
        self.lines.write(as_json(head)[:-1] + ',"images":[')
        for images in self.slices():
            facts = facts_of(images, details=self.details)
            release_connections()
            yield from self.of_slice(images, facts)
            if self.has_ended:
                break
        self.lines.write(f'\n],"errors":{as_json(self.errors)}}}\n')
        yield self.lines.entry("manifest.json")

    def of_slice(self, images: Sequence[Image], facts: dict[UUID, Facts]) -> Iterator[Entry]:
        looked_at, shown = monotonic(), {image.pk for image in images}
        for index, image in enumerate(images):
            if monotonic() - looked_at > FRESH:
                shown = self.shown_now(images[index:])
                looked_at = monotonic()
                if self.has_ended:
                    return
            if image.pk not in shown:
                self.leave_out(image.pk, "trashed", "It left the library during this download.")
                continue
            try:
                entry = self.entry(image)
            except ImagingUnavailable:
                raise
            except (NotFound, ImagingError) as error:
                self.leave_out(image.pk, error.code, str(error))
            else:
                self.lines.write(",\n" if self.count else "\n")
                self.lines.write(as_json({"file": entry.name, **facts[image.pk]}))
                self.count += 1
                yield entry

    def entry(self, image: Image) -> Entry:
        """Return a picture as an entry. Raises NotFound, ImagingError, StorageUnavailable."""
        file, conversion = image.file, self.wanted.conversion
        if file is None:
            raise NoSuchImage
        if conversion is None:
            name = self.names.name(file_stem(image), file.extension)
            return entry_of(file, name=name, at=image.added_at)
        made = converted(file=file, conversion=conversion)
        name = self.names.name(file_stem(image), conversion.extension)
        return stored(name, [made.data], at=image.added_at)

    def shown_now(self, images: Sequence[Image]) -> set[UUID]:
        """Return which of these pictures the caller may still see; end when none may be seen."""
        account = self.membership.account
        if not self.is_allowed():
            self.has_ended = True
            words = "You have lost the right to see this library. The rest was left out."
            self.errors.append({"code": "access_lost", "message": words})
            return set()
        ids = [image.pk for image in images]
        kept = Image.objects.owned_by(account).kept().filter(pk__in=ids)
        found = set(kept.values_list("pk", flat=True))
        release_connections()
        return found

    def leave_out(self, image_id: UUID, code: str, words: str) -> None:
        """Note that a picture is not in the archive. Raises TooManyMissing."""
        self.errors.append({"image": str(image_id), "code": code, "message": words})
        if len(self.errors) > MOST_ERRORS:
            raise TooManyMissing

    def slices(self) -> Iterator[list[Image]]:
        """Yield the pictures that are to go in, some at a time: by id as named, or newest first."""
        selection = self.wanted.selection
        if selection.matching is None:
            yield from self.named(selection.ids)
            return
        shown = Image.objects.owned_by(self.membership.account).kept().select_related("file")
        start = _start(selection)
        while keys := _behind(self.membership, selection, start, limit=SLICE):
            found = shown.in_bulk(keys)
            yield [found[key] for key in keys if key in found]
            # Also when this one has just left the library.
            start = Image.objects.values_list("added_at", "pk").get(pk=keys[-1])

    def named(self, ids: Sequence[UUID]) -> Iterator[list[Image]]:
        """Yield the pictures with these ids; what the library does not show is noted."""
        shown = Image.objects.owned_by(self.membership.account).kept().select_related("file")
        for some in batched(ids, SLICE):
            found = shown.in_bulk(some)
            for one in some:
                if one not in found:
                    self.leave_out(one, NoSuchImage.code, NoSuchImage.title)
            yield [found[one] for one in some if one in found]


def batched(ids: Sequence[UUID], size: int) -> Iterator[Sequence[UUID]]:
    """Yield ids, so many at a time."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _start(selection: Selection) -> tuple[datetime, UUID]:
    """Return the place in the library behind which everything that is selected lies."""
    return selection.until or datetime.now(UTC), NEWEST


def _behind(
    membership: Membership, selection: Selection, start: tuple[datetime, UUID], *, limit: int
) -> list[UUID]:
    """Return the ids of the next pictures that match, at the same cost at any depth."""
    return keys_behind(membership.account, membership.user, selection.filters, start, limit=limit)


def _has_any(membership: Membership, selection: Selection) -> bool:
    if selection.matching is None:
        shown = Image.objects.owned_by(membership.account).kept()
        return shown.filter(pk__in=selection.ids).exists()
    return bool(_behind(membership, selection, _start(selection), limit=1))

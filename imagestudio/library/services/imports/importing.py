"""An export comes in: picture by picture, each in one transaction, so that it can be killed.

Ids are new. Which image stands for which one of the export is remembered, so that importing the
same again, or a later export of the same library, brings only what is not there yet.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import Invalid
from imagestudio.library.archive import Archive, BadArchive, EntryMissing, open_archive
from imagestudio.library.exceptions import BadExport
from imagestudio.library.imaging import ImagingError, ImagingUnavailable
from imagestudio.library.services.exports import FORMAT, VERSION
from imagestudio.library.services.imports.albums import each_album, keep_album
from imagestudio.library.services.imports.lines import (
    AlbumLine,
    ImageLine,
    ItemLine,
    album_line_of,
    batched,
    header_of,
    image_of,
)
from imagestudio.library.services.imports.pictures import check, images_by_origin, keep

SLICE = 100  # lines that are looked up at once
HEAD = 100_000  # bytes of `export.json`
ITEM = re.compile(rb'"type"\s*:\s*"item"')
MOST_TOLD = 1000  # refusals that are told one by one


@dataclass(slots=True)
class Imported:
    """What an import has brought: pictures and albums that are new, and those that were there.

    `refused` are lines that cannot be taken, `refusals` says why of the first of them.
    """

    images: int = 0
    known_images: int = 0
    albums: int = 0
    known_albums: int = 0
    refused: int = 0
    refusals: list[str] = field(default_factory=list)

    def refuse(self, what: str, why: object) -> None:
        """Note something that cannot be taken."""
        self.refused += 1
        if len(self.refusals) < MOST_TOLD:
            self.refusals.append(f"{what}: {why}")


def import_library(
    *, membership: Membership, path: Path, say: Callable[[str], object] = lambda _: None
) -> Imported:
    """Bring an export, a ZIP or a folder, into the member's account.

    What cannot be taken is noted and passed over. Raises RoleTooLow, StandingTooLow, BadExport
    when it is no export at all or breaks off, and StorageUnavailable: then it can be begun again,
    and goes on.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    try:
        archive = open_archive(path)
        try:
            return _bring(membership.account, membership.user, archive, say)
        finally:
            archive.close()
    except BadArchive as error:
        raise BadExport(str(error)) from error


def _bring(
    account: Account, user: User, archive: Archive, say: Callable[[str], object]
) -> Imported:
    header = header_of(archive.read("export.json", most=HEAD))
    if header.format != FORMAT or not 1 <= header.version <= VERSION:
        raise BadArchive(f"It is not a {FORMAT} of version {VERSION} or older.")
    done = Imported()
    for lines in batched(_readable(archive.lines("images.jsonl"), done), SLICE):
        known = images_by_origin(account, [one.id for one in lines])
        for line in lines:
            if line.id in known:
                done.known_images += 1
            else:
                _bring_picture(account, user, archive, line, done)
        say(f"{done.images:,} pictures are new, {done.known_images:,} were there")
    _bring_albums(account, user, archive, done)
    return done


def _bring_albums(account: Account, user: User, archive: Archive, done: Imported) -> None:
    try:
        for album, items in each_album(_album_lines(archive.lines("albums.jsonl"), done)):
            try:
                is_new = keep_album(account=account, user=user, line=album, items=items)
            except BadArchive as error:
                done.refuse(f"album {album.id}", error)
                continue
            done.albums += is_new
            done.known_albums += not is_new
    except EntryMissing:
        pass  # an export of pictures alone


def _album_lines(lines: Iterable[bytes], done: Imported) -> Iterator[AlbumLine | ItemLine]:
    """Yield what can be read; without their album's line, pictures belong to no other album."""
    is_lost = False
    for number, line in enumerate(lines, start=1):
        try:
            one = album_line_of(line)
        except BadArchive as error:
            done.refuse(f"line {number} of the albums", error)
            is_lost = is_lost or ITEM.search(line) is None
            continue
        is_lost = is_lost and isinstance(one, ItemLine)
        if not is_lost:
            yield one


def _readable(lines: Iterable[bytes], done: Imported) -> Iterator[ImageLine]:
    for number, line in enumerate(lines, start=1):
        try:
            yield image_of(line)
        except BadArchive as error:
            done.refuse(f"line {number}", error)


def _bring_picture(
    account: Account, user: User, archive: Archive, line: ImageLine, done: Imported
) -> None:
    try:
        checked = check(account=account, archive=archive, line=line)
        image = keep(account=account, user=user, checked=checked, now=datetime.now(UTC))
    except ImagingUnavailable:
        raise
    except (BadArchive, ImagingError, Invalid) as error:
        done.refuse(f"picture {line.id}", error)
    else:
        done.images += image is not None
        done.known_images += image is None

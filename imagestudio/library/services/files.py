"""Rows of files and renditions for bytes that storage already holds."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import connection

from imagestudio.accounts.models import Account
from imagestudio.events.services import Happening
from imagestudio.library import imaging, storage
from imagestudio.library.models import File, FileQuerySet, Image, Rendition
from imagestudio.library.services.appearances import colours_of, keep_appearance
from imagestudio.library.storage import StorageUnavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredRendition:
    """A rendition that stands in storage under a key; no row yet."""

    name: str
    key: str
    bytes: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes that stand in storage under a key, and what is known of them; no row yet."""

    key: str
    sha256: bytes
    received_sha256: bytes
    mime: str
    bytes: int
    width: int
    height: int
    has_alpha: bool
    renditions: tuple[StoredRendition, ...]
    appearance: imaging.Appearance | None = None  # None: to be looked at later

    @property
    def colours(self) -> list[str]:
        """Return the names of the colours that it is found by."""
        return colours_of(self.appearance) if self.appearance else []


def discard(key: str) -> None:
    """Remove bytes that no row will name. If storage is away they stay, which does no harm."""
    try:
        storage.delete(key)
    except StorageUnavailable as error:
        logger.warning("%s is left over in storage: %s", key, error)


def digest(data: bytes) -> bytes:
    """Return the SHA-256 by which a file is known."""
    return sha256(data).digest()


def store_renditions(
    *, key: str, renditions: Iterable[imaging.Rendition]
) -> tuple[StoredRendition, ...]:
    """Put renditions beside the bytes they were made from and return where they are."""
    stored = []
    for one in renditions:
        place = f"{key}.{one.name}.webp"
        storage.save(place, one.data, replace=True)
        stored.append(StoredRendition(one.name, place, len(one.data), one.width, one.height))
    return tuple(stored)


def keep_file(*, account: Account, stored: StoredFile) -> File:
    """Return the account's file with these bytes, locked: a new row, or the one it had before."""
    new = File(
        account=account,
        sha256=stored.sha256,
        received_sha256=stored.received_sha256,
        mime=stored.mime,
        bytes=stored.bytes,
        width=stored.width,
        height=stored.height,
        has_alpha=stored.has_alpha,
        key=stored.key,
    )
    while True:
        File.objects.bulk_create([new], ignore_conflicts=True)
        file = locked_file(File.objects.owned_by(account).filter(sha256=stored.sha256))
        if file is not None:  # else a purge has just removed it
            break
    if file.key == stored.key:  # else they stand beside bytes that may be removed again
        keep_renditions(file=file, renditions=stored.renditions)
    if stored.appearance is not None:
        keep_appearance(file=file, appearance=stored.appearance)
    return file


def locked_file(files: FileQuerySet) -> File | None:
    """Lock a file that is about to become an image's, and return it; None when it is not there.

    A purge that has its eye on it finds that it is needed.
    """
    file = files.select_for_update(no_key=True).first()
    if file is not None and file.unused_at is not None:
        File.objects.filter(pk=file.pk).update(unused_at=None)
        file.unused_at = None
    return file


def hold_files(ids: Iterable[UUID]) -> set[UUID]:
    """Hold files as they are until the transaction ends, and return which of them are there.

    No purge removes them meanwhile, and whoever only refers to them is in nobody's way.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM library_file WHERE id = ANY(%s) ORDER BY sha256 FOR KEY SHARE",
            [list(ids)],
        )
        return {key for (key,) in cursor.fetchall()}


def keep_renditions(*, file: File, renditions: Iterable[StoredRendition]) -> None:
    """Write the rows of these renditions, as far as the file does not have them."""
    Rendition.objects.bulk_create(
        [
            Rendition(
                file=file,
                name=one.name,
                key=one.key,
                bytes=one.bytes,
                width=one.width,
                height=one.height,
            )
            for one in renditions
        ],
        ignore_conflicts=True,
    )


def arrivals(image: Image) -> list[Happening]:
    """Return the events of an image that is new, to be recorded last in its transaction.

    One that is not seen as usual has an event more, so that it gets the decision that says so.
    """
    data = {"image": str(image.pk)}
    is_held = image.moderation != Image.Moderation.CLEAR
    kinds = ["image.created", *(["image.held"] if is_held else [])]
    return [Happening(image.account_id, kind, data) for kind in kinds]

"""A stored file on its way into an archive: read, compared with what its row says, and counted."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from imagestudio.library import storage
from imagestudio.library.archive import Entry
from imagestudio.library.exceptions import BytesDamaged
from imagestudio.library.models import File

IN_MEMORY = 8_000_000  # bytes; a larger file is read twice instead of kept


def entry_of(file: File, *, name: str, at: datetime) -> Entry:
    """Return a file as an entry of an archive, whose bytes are known to be right.

    Raises BytesMissing, BytesDamaged (other bytes than were kept) and StorageUnavailable.
    """
    pieces: list[bytes] = []
    size, crc, digest = 0, 0, sha256()
    for piece in storage.open_chunks(file.key):
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        digest.update(piece)
        if file.bytes <= IN_MEMORY and size <= file.bytes:
            pieces.append(piece)
    if size != file.bytes or digest.digest() != bytes(file.sha256):
        raise BytesDamaged
    return Entry(
        name,
        at,
        pieces if file.bytes <= IN_MEMORY else _again(file),
        size=size,
        crc=crc,
        packed=size,
    )


def _again(file: File) -> Iterator[bytes]:
    yield from storage.open_chunks(file.key, 0, file.bytes)

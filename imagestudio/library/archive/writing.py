"""The ZIP format, written in one go to somebody who reads: APPNOTE 6.3, with Zip64.

Every header is complete before its file begins: no data descriptors, which some programs cannot
read. So an entry has to know its length and checksum. The directory at the end is collected in a
file, so that memory stays the same for five pictures and for a million.
"""

import struct
from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO

from .entries import IN_MEMORY, PIECE, Entry

LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END_64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR_64 = struct.Struct("<4sLQL")

UTF_8 = 0x0800  # how names are written
STORED, DEFLATED = 0, 8
PLAIN, WITH_64 = 20, 45  # the version of the format that a reader needs
UNIX = 3 << 8  # who made it, so that `-rw-r--r--` is understood
MODE = 0o100644 << 16
MOST_32, MOST_16 = 0xFFFFFFFF, 0xFFFF


def zipped(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Return the bytes of an archive of these entries, in pieces."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as directory:
        offset = count = 0
        for entry in entries:
            header = _local(entry)
            yield header
            sent = 0
            for piece in entry.pieces:
                sent += len(piece)
                yield piece
            if sent != entry.packed:
                raise ValueError(f"{entry.name} has {sent} bytes and not {entry.packed}")
            directory.write(_central(entry, offset))
            offset += len(header) + sent
            count += 1
        size = directory.tell()
        yield from _read(directory)
        yield _end(count=count, size=size, offset=offset)


def _local(entry: Entry) -> bytes:
    is_large = max(entry.size, entry.packed) >= MOST_32
    extra = struct.pack("<2H2Q", 1, 16, entry.size, entry.packed) if is_large else b""
    name = entry.name.encode()
    return (
        LOCAL.pack(
            b"PK\3\4",
            WITH_64 if is_large else PLAIN,
            UTF_8,
            DEFLATED if entry.is_deflated else STORED,
            *_moment(entry.at),
            entry.crc,
            MOST_32 if is_large else entry.packed,
            MOST_32 if is_large else entry.size,
            len(name),
            len(extra),
        )
        + name
        + extra
    )


def _central(entry: Entry, offset: int) -> bytes:
    wide = [value for value in (entry.size, entry.packed, offset) if value >= MOST_32]
    extra = struct.pack(f"<2H{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    name = entry.name.encode()
    version = WITH_64 if wide else PLAIN
    return (
        CENTRAL.pack(
            b"PK\1\2",
            UNIX | version,
            version,
            UTF_8,
            DEFLATED if entry.is_deflated else STORED,
            *_moment(entry.at),
            entry.crc,
            min(entry.packed, MOST_32),
            min(entry.size, MOST_32),
            len(name),
            len(extra),
            0,  # no comment
            0,  # the only disk
            0,  # nothing about its contents
            MODE,
            min(offset, MOST_32),
        )
        + name
        + extra
    )


def _end(*, count: int, size: int, offset: int) -> bytes:
    wide = b""
    if count >= MOST_16 or max(size, offset) >= MOST_32:
        record = END_64.pack(
            b"PK\6\6", END_64.size - 12, UNIX | WITH_64, WITH_64, 0, 0, count, count, size, offset
        )
        wide = record + LOCATOR_64.pack(b"PK\6\7", 0, offset + size, 1)
    few = min(count, MOST_16)
    return wide + END.pack(b"PK\5\6", 0, 0, few, few, min(size, MOST_32), min(offset, MOST_32), 0)


def _moment(at: datetime) -> tuple[int, int]:
    """Return time and date as DOS counts them: every other second, from 1980 to 2107."""
    if not 1980 <= at.year <= 2107:
        return 0, 1 << 5 | 1
    return (
        at.hour << 11 | at.minute << 5 | at.second // 2,
        (at.year - 1980) << 9 | at.month << 5 | at.day,
    )


def _read(directory: IO[bytes]) -> Iterator[bytes]:
    directory.seek(0)
    while piece := directory.read(PIECE):
        yield piece

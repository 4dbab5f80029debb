"""What goes into an archive: files whose length and checksum are known before they begin."""

import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import Any

IN_MEMORY = 1_000_000  # bytes of a spool; what is longer waits on the disk
PIECE = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive; its pieces are read once.

    `size` and `crc` are of the file as it will be unpacked; `packed` is how many bytes the pieces
    have together, less than `size` when they are deflated.
    """

    name: str
    at: datetime
    pieces: Iterable[bytes]
    size: int
    crc: int
    packed: int
    is_deflated: bool = False

    def unpacked(self) -> Iterator[bytes]:
        """Yield the file as it will be unpacked, in place of its pieces."""
        if not self.is_deflated:
            yield from self.pieces
            return
        inflate = zlib.decompressobj(-15)
        for piece in self.pieces:
            yield inflate.decompress(piece)
        yield inflate.flush()


def stored(name: str, pieces: list[bytes], *, at: datetime) -> Entry:
    """Return the entry of bytes that are in memory, as they are."""
    crc, size = 0, 0
    for piece in pieces:
        crc, size = zlib.crc32(piece, crc), size + len(piece)
    return Entry(name, at, pieces, size=size, crc=crc, packed=size)


class Spool:
    """A text that is written while other entries leave, and becomes an entry itself at the end.

    It waits deflated: a million lines are a small file on the disk.
    """

    def __init__(self) -> None:
        """Begin an empty text."""
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - `close` closes it
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        self._size = self._crc = 0

    def write(self, text: str) -> None:
        """Add to the text."""
        data = text.encode()
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        self._file.write(self._deflate.compress(data))

    def write_line(self, value: Any) -> None:
        """Add a value as one line of JSON."""
        self.write(as_json(value) + "\n")

    def entry(self, name: str) -> Entry:
        """Return the text as an entry; nothing can be added any more."""
        self._file.write(self._deflate.flush())
        packed = self._file.tell()
        return Entry(
            name,
            datetime.now(UTC),
            self._pieces(),
            size=self._size,
            crc=self._crc,
            packed=packed,
            is_deflated=True,
        )

    def close(self) -> None:
        """Let go of what was written."""
        self._file.close()

    def _pieces(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece


def as_json(value: Any) -> str:
    """Return a value as JSON on one line; times are ISO 8601 in UTC."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

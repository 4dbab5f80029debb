"""Where originals and renditions live: in files or in an S3 bucket, through Django's `storages`.

Keys are decided by the callers and never come from a request. Bytes are there entirely or not at
all, and a key that holds bytes never changes them behind somebody's back.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol, cast

from django.core.files.storage import storages

from .chunks import CHUNK, Chunks, Readable
from .contents import Kept
from .errors import BytesMissing, KeyTaken, StorageUnavailable

__all__ = [
    "CHUNK",
    "BytesMissing",
    "Chunks",
    "Kept",
    "KeyTaken",
    "StorageUnavailable",
    "check",
    "delete",
    "exists",
    "listing",
    "move",
    "open_chunks",
    "read",
    "read_range",
    "save",
    "size",
]

KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*(\.[0-9A-Za-z]+)?(/[0-9A-Za-z][0-9A-Za-z_.-]*)*")


class Backend(Protocol):
    """What `files.Files` and `s3.S3` have in common, beyond Django's interface."""

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Write bytes under a key in place of what was there."""

    def open_at(self, key: str, start: int, end: int | None) -> Readable:
        """Return a stream that stands at `start`, of which nothing beyond `end` will be read."""

    def size(self, name: str) -> int:
        """Return how many bytes are kept."""

    def exists(self, name: str) -> bool:
        """Tell whether something is kept under this key."""

    def delete(self, name: str) -> None:
        """Delete what is there, if anything is."""

    def listing(self) -> Iterator[Kept]:
        """Yield everything that is kept, in any order."""

    def rename(self, key: str, to: str) -> None:
        """Keep under another key, where nothing is yet, what is kept under this one."""

    def check(self) -> None:
        """Raise StorageUnavailable if nothing could be written now."""


def save(key: str, data: bytes | Iterable[bytes], *, replace: bool = False) -> None:
    """Keep bytes under this key. Saving the same bytes again is fine.

    Raises KeyTaken when other bytes are kept there, unless they are to be replaced, and
    StorageUnavailable.
    """
    pieces = (data,) if isinstance(data, bytes) else data
    if replace or not exists(key):
        _backend().put(_checked(key), pieces)
    elif not _is_kept(key, pieces):
        raise KeyTaken


def open_chunks(key: str, start: int = 0, end: int | None = None) -> Chunks:
    """Return bytes from `start` up to but not including `end`, in pieces of 256 kB.

    Opens at once, so that what is missing is known before an answer has begun. Raises
    BytesMissing, StorageUnavailable (the latter also while they are read).
    """
    stream = _backend().open_at(_checked(key), start, end)
    return Chunks(stream, length=None if end is None else end - start)


def read(key: str) -> bytes:
    """Return everything that is kept under this key; raises as `open_chunks`."""
    return b"".join(open_chunks(key))


def read_range(key: str, start: int, end: int) -> bytes:
    """Return bytes from `start` up to but not including `end`; raises as `open_chunks`."""
    return b"".join(open_chunks(key, start, end))


def size(key: str) -> int:
    """Return how many bytes are kept. Raises BytesMissing, StorageUnavailable."""
    return _backend().size(_checked(key))


def exists(key: str) -> bool:
    """Tell whether something is kept under this key. Raises StorageUnavailable."""
    return _backend().exists(_checked(key))


def delete(key: str) -> None:
    """Delete what is kept under this key, if anything is. Raises StorageUnavailable."""
    _backend().delete(_checked(key))


def listing() -> Iterator[Kept]:
    """Yield everything that is kept, in no order, with what was never the studio's.

    What comes or goes meanwhile may be missed. Raises StorageUnavailable.
    """
    return _backend().listing()


def move(key: str, to: str) -> None:
    """Keep under another key what is kept under this one. Doing it again is fine.

    Nothing is removed before its copy is there. Raises BytesMissing, StorageUnavailable, and
    KeyTaken when other bytes are kept there.
    """
    backend, key, to = _backend(), _checked(key), _checked(to)
    if not backend.exists(to):
        backend.rename(key, to)
    elif not backend.exists(key):
        return  # it was moved before
    elif _is_kept(to, open_chunks(key)):
        backend.delete(key)  # a move that was interrupted after the copy
    else:
        raise KeyTaken


def check() -> None:
    """Raise StorageUnavailable if nothing could be kept now."""
    _backend().check()


def _backend() -> Backend:
    return cast(Backend, storages["default"])


def _checked(key: str) -> str:
    if KEY.fullmatch(key) is None or ".." in key:
        raise ValueError("not a key of ours")
    return key


def _is_kept(key: str, pieces: Iterable[bytes]) -> bool:
    stream = _backend().open_at(_checked(key), 0, None)
    try:
        return all(stream.read(len(piece)) == piece for piece in pieces) and not stream.read(1)
    finally:
        stream.close()

"""Stored bytes on their way out: a few hundred kilobytes in memory, however large they are."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Protocol

from .errors import StorageUnavailable

CHUNK = 256 * 1024  # bytes


class Readable(Protocol):
    """An open file or an answer's body."""

    def read(self, amount: int, /) -> bytes:
        """Return so many bytes, fewer at the end, none after it. Raises OSError."""

    def close(self) -> None:
        """Let go of it."""


class Chunks:
    """An open stream in pieces, for `for` and for `async for`; closes it at the end."""

    def __init__(self, stream: Readable, *, length: int | None = None) -> None:
        """Take a stream that stands at the first byte, and how many bytes to give: None for all."""
        self._stream = stream
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        try:
            while chunk := self._next():
                yield chunk
        finally:
            self.close()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await asyncio.to_thread(self._next):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        """Close the stream; more than once is fine."""
        self._stream.close()

    def _next(self) -> bytes:
        if self._left == 0:
            return b""
        try:
            chunk = self._stream.read(CHUNK if self._left is None else min(CHUNK, self._left))
        except OSError as error:
            raise StorageUnavailable from error
        if self._left is None:
            return chunk
        if not chunk:
            raise StorageUnavailable("Fewer bytes came out of the storage than are kept there.")
        self._left -= len(chunk)
        return chunk

"""Bytes that are made while they leave, for synchronous and for asynchronous servers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import suppress
from threading import Lock

WHOLE = 512 * 1024  # bytes that are handed on at once, so that small pieces cost little


class MadeChunks:
    """A generator of bytes that may be read from any thread, and given up at any time.

    `on_close` is called exactly once, when the generator has ended or is given up.
    """

    def __init__(
        self, pieces: Generator[bytes, None, None], *, on_close: Callable[[], None]
    ) -> None:
        """Take the generator, which has not begun."""
        self._pieces = pieces
        self._on_close = on_close
        self._running = Lock()  # held while the generator works
        self._is_given_up = False
        self._is_closed = False

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
        """End the generator, at once or when it has made the piece that it is at. Never waits."""
        self._is_given_up = True
        if self._running.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._running.release()

    def _next(self) -> bytes:
        with self._running:
            try:
                return b"" if self._is_closed else self._gathered()
            finally:
                if self._is_given_up:
                    self._end()

    def _gathered(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size < WHOLE and not self._is_given_up:
            piece = next(self._pieces, None)
            if piece is None:
                break
            parts.append(piece)
            size += len(piece)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _end(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        try:
            with suppress(RuntimeError):  # it was asked to end and went on
                self._pieces.close()
        finally:
            self._on_close()

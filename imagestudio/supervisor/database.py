"""The embedded PostgreSQL server as a part of the studio."""

import asyncio
import contextlib
from collections.abc import Sequence
from pathlib import Path

from imagestudio import embedded
from imagestudio.supervisor.console import say

_SECONDS = 0.2  # between two looks at the server, which another command may have started


class Database:
    """Started here, or attached to where a command has started it; watched and given up alike."""

    name = "PostgreSQL"

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        """Use the server of this data folder; `durable` False is for tests only."""
        self._data = data
        self._durable = durable
        self._starting: asyncio.Future[None] | None = None
        self._server: embedded.Server | None = None

    @property
    def url(self) -> str:
        """Give the address of the database; it stays the same from start to start."""
        return embedded.database_url(self._data)

    async def start(self) -> None:
        """Start the server, or attach to it. Raises EmbeddedError."""
        self._starting = asyncio.ensure_future(self._start())
        await asyncio.shield(self._starting)  # so that one that is stopped meanwhile is known

    async def _start(self) -> None:
        server = await asyncio.to_thread(embedded.start, self._data, durable=self._durable, say=say)
        former, self._server = self._server, server
        if former:
            former.release()

    def held(self) -> Sequence[int]:
        """Give the descriptors that keep the server running for whoever inherits them."""
        return [self._server.lock] if self._server else []

    async def ended(self) -> str:
        """Wait until the server has ended, and say how."""
        if self._server is None:
            return "not started"
        while (how := self._server.ended()) is None:  # noqa: ASYNC110 - nobody would set an event
            await asyncio.sleep(_SECONDS)
        return how

    async def stop(self) -> None:
        """Give the server up, and wait for its end."""
        if self._starting:
            with contextlib.suppress(embedded.EmbeddedError):  # whoever started it was told
                await self._starting
        if self._server is None:
            return
        self._server.release()
        if not await asyncio.to_thread(self._server.wait_until_ended):
            say("PostgreSQL goes on, for another command that uses it")

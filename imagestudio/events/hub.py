"""News of this process: one LISTEN connection, one read of each event, any number of readers.

PostgreSQL says on one channel which account has a new event. The hub reads those rows once per
account and hands them to everybody who follows that account. A reader first follows and then
reads what it has missed, so that nothing falls in between; numbers tell what it has seen already.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db.utils import OperationalError
from procrastinate.contrib.django.utils import connector_params
from psycopg import AsyncConnection, sql

from imagestudio.errors import Unavailable
from imagestudio.events.news import News, last_number, news_after
from imagestudio.events.services import CHANNEL
from imagestudio.http.release import in_thread

logger = logging.getLogger(__name__)

LONGEST_QUEUE = 1000  # batches of events that wait for a slow reader before it is let go
PATIENCE = 10.0  # seconds for which a new reader waits for the connection
PAUSE = 1.0  # seconds until the next try to reach the database
PING = 30.0  # seconds without news after which the connection is tried
LINGER = 30.0  # seconds for which the connection stays open without a reader


class Overtaken(Exception):
    """The reader is so slow that it must begin again from what it saw last."""


class Reader:
    """Somebody who follows one account; to be read by one task."""

    def __init__(self) -> None:
        """Begin with nothing to read."""
        self._queue: asyncio.Queue[Sequence[News]] = asyncio.Queue(LONGEST_QUEUE)
        self._is_overtaken = False

    async def next(self, seconds: float) -> Sequence[News]:
        """Return the next events, or none when there were none for so long. Raises Overtaken."""
        if self._is_overtaken:
            raise Overtaken
        try:
            return await asyncio.wait_for(self._queue.get(), seconds)
        except TimeoutError:
            return ()

    def give(self, news: Sequence[News]) -> None:
        """Hand events over without waiting."""
        try:
            self._queue.put_nowait(news)
        except asyncio.QueueFull:
            self._is_overtaken = True


@dataclass
class Followed:
    """An account that somebody follows, and the number of the last event that was handed over."""

    seen: int
    readers: set[Reader] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hub:
    """The news of one event loop; a server's process has one of each."""

    def __init__(self) -> None:
        """Begin without a connection: the first reader opens it."""
        self._followed: dict[UUID, Followed] = {}
        self._is_listening = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None
        self._reads: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def follow(self, account_id: UUID) -> AsyncIterator[Reader]:
        """Hand over every event of an account that is committed from now on.

        Raises Unavailable when the database cannot be listened to.
        """
        await self._listen_soon()
        if account_id not in self._followed:
            seen = await in_thread(last_number, account_id)
            self._followed.setdefault(account_id, Followed(seen))
        followed, reader = self._followed[account_id], Reader()
        followed.readers.add(reader)
        try:
            await self._listen_soon()  # the connection may have been closed while `seen` was read
            yield reader
        finally:
            followed.readers.discard(reader)
            if not followed.readers:
                self._followed.pop(account_id, None)
            if not self._followed:
                asyncio.get_running_loop().call_later(LINGER, self._rest)

    async def _listen_soon(self) -> None:
        if self._listener is None or self._listener.done():
            self._is_listening.clear()
            self._listener = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._is_listening.wait(), PATIENCE)
        except TimeoutError as error:
            raise Unavailable("News cannot be followed right now.", retry_after=PAUSE) from error

    async def _listen(self) -> None:
        """Hear what PostgreSQL says, for ever; after a loss, read what was said meanwhile."""
        while True:
            try:
                async with await AsyncConnection.connect(
                    **connector_params(), autocommit=True
                ) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                    self._is_listening.set()
                    for account_id in self._followed:
                        self._read_soon(account_id)
                    await self._hear(connection)
            except psycopg.OperationalError as error:
                logger.warning("The connection for news was lost: %s", error)
            self._is_listening.clear()
            await asyncio.sleep(PAUSE)

    async def _hear(self, connection: AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=PING):
                account_id, _, seq = notice.payload.partition(" ")
                followed = self._followed.get(UUID(account_id))
                if followed is not None and int(seq) > followed.seen:
                    self._read_soon(UUID(account_id))
            await connection.execute("SELECT 1")

    def _read_soon(self, account_id: UUID) -> None:
        task = asyncio.create_task(self._read(account_id))
        self._reads.add(task)
        task.add_done_callback(self._reads.discard)

    async def _read(self, account_id: UUID) -> None:
        """Read an account's new events once and hand them to its readers."""
        followed = self._followed.get(account_id)
        if followed is None:
            return
        async with followed.reading:
            try:
                news = await in_thread(news_after, account_id, followed.seen)
            except OperationalError as error:
                logger.warning("Events could not be read: %s", error)
                asyncio.get_running_loop().call_later(PAUSE, self._read_soon, account_id)
                return
            if news:
                followed.seen = news[-1].seq
                for reader in followed.readers:
                    reader.give(news)

    def _rest(self) -> None:
        """Close the connection if nobody has come since."""
        if not self._followed and self._listener is not None:
            self._listener.cancel()
            self._listener = None


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())

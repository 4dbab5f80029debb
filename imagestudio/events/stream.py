"""An account's events as a stream of text that browsers understand (Server-Sent Events)."""

import json
import time
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from django.db.utils import OperationalError

from imagestudio.events.hub import Overtaken, Reader, hub
from imagestudio.events.news import News, start_after
from imagestudio.http.release import in_thread

CHECKED_EVERY = 5.0  # seconds: how long somebody who was shut out still hears something, at most
HEARTBEAT = 15.0  # seconds of silence after which a comment shows that the line is there
RECONNECT = 2000  # milliseconds until a browser comes back that lost the line


async def stream(
    *, account_id: UUID, after: int | None, still_allowed: Callable[[], bool]
) -> AsyncIterator[str]:
    """Yield the events behind `after` and then every new one, until the reader is shut out.

    `after` None begins with what happens from now on. Nothing is left out and nothing comes
    twice; when what was missed can no longer be told, an event `reset` says so. Whoever reads too
    slowly, and everybody when the database is away, is let go and comes back by themselves.
    """
    async with hub().follow(account_id) as reader:
        start = await in_thread(start_after, account_id, after)
        yield f"retry: {RECONNECT}\n\n"
        if start.is_reset:
            yield f"id: {start.seq}\nevent: reset\ndata: {{}}\n\n"
        for one in start.missed:
            yield as_text(one)
        try:
            async for text in live(reader, seen=start.seq, still_allowed=still_allowed):
                yield text
        except (Overtaken, OperationalError):
            return


async def live(
    reader: Reader, *, seen: int, still_allowed: Callable[[], bool]
) -> AsyncIterator[str]:
    """Yield every event with a higher number, and heartbeats. Raises Overtaken."""
    checked = spoken = time.monotonic()
    while True:
        news = await reader.next(CHECKED_EVERY)
        if time.monotonic() - checked >= CHECKED_EVERY:
            if not await in_thread(still_allowed):
                return
            checked = time.monotonic()
        for one in news:
            if one.seq > seen:
                seen, spoken = one.seq, time.monotonic()
                yield as_text(one)
        if time.monotonic() - spoken >= HEARTBEAT:
            spoken = time.monotonic()
            yield ": still here\n\n"


def as_text(news: News) -> str:
    """Return one event as the text of a stream."""
    data = json.dumps({**news.data, "at": news.at.isoformat()})
    return f"id: {news.seq}\nevent: {news.type}\ndata: {data}\n\n"

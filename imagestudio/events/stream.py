"""An account's events as a stream of text that browsers understand (Server-Sent Events)."""

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.utils import OperationalError

from imagestudio.events.hub import Overtaken, Reader, hub
from imagestudio.events.news import News, start_after
from imagestudio.http.release import in_thread, release_all

RECONNECT = 2000  # milliseconds until a browser comes back that lost the line


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks whether the reader may still listen, and of the longest silence."""

    check: float = 5.0
    heartbeat: float = 15.0


PACE = Pace()


async def stream(
    *,
    account_id: UUID,
    after: int | None,
    still_allowed: Callable[[], bool],
    pace: Pace = PACE,
) -> AsyncIterator[str]:
    """Yield the events behind `after` and then every new one, until the reader is shut out.

    `after` None begins with what happens from now on. Nothing is left out and nothing comes
    twice; when what was missed can no longer be told, an event `reset` says so. Whoever reads too
    slowly, and everybody when the database is away, is let go and comes back by themselves.
    """
    # Only here, because middleware works on the answer after the view has returned it.
    await release_all()
    async with hub().follow(account_id) as reader:
        start = await in_thread(start_after, account_id, after)
        yield f"retry: {RECONNECT}\n\n"
        if start.is_reset:
            yield f"id: {start.seq}\nevent: reset\ndata: {{}}\n\n"
        for one in start.missed:
            yield as_text(one)
        try:
            async for text in live(reader, start.seq, still_allowed, pace):
                yield text
        except (Overtaken, OperationalError):
            return


async def live(
    reader: Reader, seen: int, still_allowed: Callable[[], bool], pace: Pace
) -> AsyncIterator[str]:
    """Yield every event with a higher number than was seen, and heartbeats. Raises Overtaken."""
    checked = spoken = time.monotonic()
    while True:
        news = await reader.next(pace.check)
        if time.monotonic() - checked >= pace.check:
            if not await in_thread(still_allowed):
                return
            checked = time.monotonic()
        for one in news:
            if one.seq > seen:
                seen, spoken = one.seq, time.monotonic()
                yield as_text(one)
        if time.monotonic() - spoken >= pace.heartbeat:
            spoken = time.monotonic()
            yield ": still here\n\n"


def as_text(news: News) -> str:
    """Return one event as the text of a stream."""
    data = json.dumps({**news.data, "at": news.at.isoformat()})
    return f"id: {news.seq}\nevent: {news.type}\ndata: {data}\n\n"

"""Starting what has ended again, and again, but not for ever."""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from imagestudio.supervisor.console import SupervisorError, say


class Startable(Protocol):
    """What can be kept running."""

    name: str

    async def start(self) -> None:
        """Start it."""

    async def ended(self) -> str:
        """Wait for its end, and say how it ended."""


@dataclass(frozen=True)
class Patience:
    """When to give up: after as many quick ends in a row as there are pauses, and one more.

    An end is quick within `quick` seconds of the start; `pauses` are the seconds before the starts.
    """

    quick: float = 10
    pauses: tuple[float, ...] = (0.1, 0.5, 1, 2, 4)


async def endure(part: Startable, *, patience: Patience) -> None:
    """Watch a part that runs, and start it again when it ends; raise SupervisorError at last."""
    quick_ends = 0
    began = time.monotonic()
    while True:
        how = await part.ended()
        quick_ends = quick_ends + 1 if time.monotonic() - began < patience.quick else 1
        if quick_ends > len(patience.pauses):
            raise SupervisorError(f"{part.name} ends again and again ({how}). Giving up.")
        say(f"{part.name} ended unexpectedly ({how}); starting it again")
        await asyncio.sleep(patience.pauses[quick_ends - 1])
        began = time.monotonic()
        await part.start()

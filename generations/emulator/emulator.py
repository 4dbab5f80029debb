"""One running emulator: everything its addresses share."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from generations.emulator.book import ChargeBook
from generations.emulator.cache import Cache
from generations.emulator.faults.switchboard import Switchboard
from generations.emulator.gateways import Gateways
from generations.emulator.logs import Logs
from generations.emulator.pace import Pace
from generations.emulator.payloads import Payloads
from generations.emulator.results import Results
from generations.emulator.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """The parts of an emulator; `address` is where it listens, without a slash at the end."""

    settings: Settings
    address: str
    threads: Executor
    book: ChargeBook
    cache: Cache
    faults: Switchboard
    gateways: Gateways
    logs: Logs
    pace: Pace
    payloads: Payloads
    results: Results
    moderations: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=100))

    @property
    def spool_folder(self) -> Path:
        """Give the folder for bodies on their way in."""
        return self.settings.data / "spool"

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do work that would hold up everybody else; at most one per processor at a time."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, lambda: work(*args, **kwargs))

    def log_delay(self) -> float:
        """Give the seconds after which a log entry can be read."""
        late = self.faults.take("logs_late")
        return float(late["seconds"]) if late else self.settings.log_delay


def create(settings: Settings, *, address: str, threads: Executor, faults: Switchboard) -> Emulator:
    """Make an emulator on its data folder, with what an earlier one left in the charge book."""
    folders = {name: settings.data / name for name in ("spool", "payloads", "results")}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    for leftover in (*folders["spool"].iterdir(), *folders["results"].iterdir()):
        leftover.unlink()  # of an emulator that was killed: nobody can ask for them any more
    book = ChargeBook(settings.data)
    return Emulator(
        settings=settings,
        address=address,
        threads=threads,
        book=book,
        cache=Cache(),
        faults=faults,
        gateways=Gateways(),
        logs=Logs(book),
        pace=Pace(),
        payloads=Payloads(folders["payloads"]),
        results=Results(folder=folders["results"], lifetime=settings.result_lifetime),
    )

"""What a worker keeps for its whole life: the gateway, the way to results, threads for rows."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import connections
from django.db.utils import InterfaceError, OperationalError

from generations.gateway import CloudflareLogs, Gateway, LogReader, RestingLogs, UnavailableLogs
from imagestudio.egress import Egress
from imagestudio.library.imaging import ImagingUnavailable
from imagestudio.library.storage import StorageUnavailable

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 1800  # seconds for which a paid result waits for a database or storage that is away
LOOKUPS = 4  # questions to the log at once
HELD_BACK = 600  # seconds for which a call waits for that; less than a claim lasts
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10  # seconds between two tries

AWAY = (OperationalError, InterfaceError, StorageUnavailable, ImagingUnavailable)


def print_nothing(_in_flight: int) -> None:
    """Tell nobody how many calls are in flight."""


class Homecoming:
    """Paid results on their way into the library that cannot get there now."""

    def __init__(self) -> None:
        """Begin with none."""
        self._waiting = 0
        self._none_waits = asyncio.Event()
        self._none_waits.set()

    @contextmanager
    def delayed(self) -> Iterator[None]:
        """Count one more that waits, for the length of a block."""
        self._waiting += 1
        self._none_waits.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._none_waits.set()

    async def over(self, *, seconds: float) -> bool:
        """Wait until none waits any more, for so long at most; say whether that is so."""
        try:
            async with asyncio.timeout(seconds):
                return await self._none_waits.wait()
        except TimeoutError:
            return False


@dataclass(slots=True)
class Upstream:
    """What a worker keeps for its whole life: the gateway, the way to results, threads for rows."""

    gateway: Gateway
    egress: Egress
    logs: LogReader = field(default_factory=UnavailableLogs)
    worker: int | None = None
    fetch_seconds: float = 60  # for one result, from its address to its last byte
    patience: float = PATIENCE
    homecoming: Homecoming = field(default_factory=Homecoming)
    lookups: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOKUPS))
    is_stopping: bool = False  # nothing is sent any more
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, "rows"))
    # Building a call may wait for pictures that are made smaller; rows never wait behind that.
    builders: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "builders"))
    in_flight: int = 0  # calls that may cost money now
    report: Callable[[int], None] = print_nothing  # is told that number whenever it changes

    async def rows(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run synchronous work in a thread and give its database connection back afterwards."""
        return await self.run_in(self.threads, work, *args, **kwargs)

    async def run_in(
        self, threads: ThreadPoolExecutor, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run synchronous work in one of these threads, as `rows`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads, partial(with_connection, work, *args, **kwargs))

    async def surely(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work that must not be lost, again and again while database or storage are away.

        Only for work that changes nothing when it is done twice. Raises when patience is at its
        end, after half an hour.
        """
        try:
            return await self.rows(work, *args, **kwargs)
        except AWAY as error:
            logger.warning("A paid result waits: %s", error)
        until, pause = time.monotonic() + self.patience, FIRST_PAUSE
        with self.homecoming.delayed():
            while True:
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
                try:
                    return await self.rows(work, *args, **kwargs)
                except AWAY as error:
                    if time.monotonic() > until:
                        raise
                    logger.warning("A paid result still waits: %s", error)

    async def may_send(self) -> bool:
        """Wait while paid results cannot be stored, for ten minutes; say whether that is over.

        Whoever is about to pay for another picture asks for it first.
        """
        return await self.homecoming.over(seconds=HELD_BACK)

    def stop(self) -> None:
        """Send nothing any more; what was claimed is left to the next worker."""
        self.is_stopping = True

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count one more call in flight for the length of a block."""
        self.in_flight += 1
        self.report(self.in_flight)
        try:
            yield
        finally:
            self.in_flight -= 1
            self.report(self.in_flight)

    async def aclose(self) -> None:
        """Close the connections and threads."""
        await self.gateway.aclose()
        await self.egress.aclose()
        await self.logs.aclose()
        self.threads.shutdown()
        self.builders.shutdown()


def configured_upstream(*, report: Callable[[int], None] = print_nothing) -> Upstream:
    """Return the way to the gateway that the settings name; to be closed by the caller."""
    account_id, api_token = settings.CLOUDFLARE_ACCOUNT_ID, settings.CLOUDFLARE_API_TOKEN
    api_base, gateway_id = settings.CLOUDFLARE_API_BASE, settings.CLOUDFLARE_GATEWAY_ID
    return Upstream(
        gateway=Gateway(
            account_id=account_id, api_token=api_token, api_base=api_base, gateway_id=gateway_id
        ),
        egress=Egress(hosts=settings.RESULT_HOSTS),
        logs=RestingLogs(
            CloudflareLogs(
                account_id=account_id,
                api_token=api_token,
                api_base=api_base,
                gateway_id=gateway_id,
            )
        ),
        report=report,
    )


def with_connection(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work and return the thread's connection to the pool."""
    try:
        return work(*args, **kwargs)
    finally:
        connections.close_all()

"""The only place where gateway, bytes and rows meet: one call, from claim to its end.

No transaction spans an `await`: rows are read and moved by synchronous services that run in
threads, each with a database connection of its own for as long as it needs it.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connections
from django.db.utils import InterfaceError, OperationalError

from generations.gateway import (
    BadAnswer,
    Billed,
    Credentials,
    Gateway,
    GatewayError,
    ProviderBudget,
    Refused,
    Result,
    ResultBytes,
    ResultUrl,
    kept_pictures,
)
from generations.outgoing import Outgoing, SourceUnavailable, outgoing
from generations.services import attempts, resends
from generations.services.attempts import Claim, Delivery
from imagestudio.egress import Egress, EgressError
from imagestudio.library.imaging import BadOutput, ImagingUnavailable
from imagestudio.library.services import results
from imagestudio.library.storage import StorageUnavailable

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

FROM_CACHE = "fromCache"  # noted with an answer that cost nothing
PATIENCE = 300  # seconds for which a paid result waits for a database or storage that is away
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10  # seconds between two tries

AWAY = (OperationalError, InterfaceError, StorageUnavailable, ImagingUnavailable)


def print_nothing(_in_flight: int) -> None:
    """Tell nobody how many calls are in flight."""


@dataclass(slots=True)
class Upstream:
    """What a worker keeps for its whole life: the gateway, the way to results, threads for rows."""

    gateway: Gateway
    egress: Egress
    worker: int | None = None
    fetch_seconds: float = 60  # for one result, from its address to its last byte
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

        Only for work that changes nothing when it is done twice. Raises after five minutes.
        """
        until, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
        while True:
            try:
                return await self.rows(work, *args, **kwargs)
            except AWAY as error:
                if time.monotonic() > until:
                    raise
                logger.warning("A paid result waits: %s", error)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

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
        self.threads.shutdown()
        self.builders.shutdown()


def configured_upstream(*, report: Callable[[int], None] = print_nothing) -> Upstream:
    """Return the way to the gateway that the settings name; to be closed by the caller."""
    return Upstream(
        gateway=Gateway(
            account_id=settings.CLOUDFLARE_ACCOUNT_ID,
            api_token=settings.CLOUDFLARE_API_TOKEN,
            api_base=settings.CLOUDFLARE_API_BASE,
            gateway_id=settings.CLOUDFLARE_GATEWAY_ID,
        ),
        egress=Egress(hosts=settings.RESULT_HOSTS),
        report=report,
    )


def with_connection(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work and return the thread's connection to the pool."""
    try:
        return work(*args, **kwargs)
    finally:
        connections.close_all()


async def execute(upstream: Upstream, *, generation_id: UUID) -> None:
    """Run one admitted generation to its end. Does nothing when another worker has it."""
    claim = await upstream.rows(attempts.claim, generation_id=generation_id, worker=upstream.worker)
    if claim is None:
        return
    try:
        call = await upstream.run_in(upstream.builders, outgoing, claim=claim)
    except SourceUnavailable as error:
        report = plain(error.code, str(error), billed=Billed.NO)
        await upstream.rows(attempts.withdraw, claim=claim, error=report)
        return
    if await upstream.rows(attempts.mark_sent, claim=claim):
        with upstream.counted():
            await run(upstream, claim, call)


async def run(upstream: Upstream, claim: Claim, call: Outgoing) -> None:
    """Make the call of an attempt that was marked as sent, and bring its outcome home."""
    try:
        answer = await upstream.gateway.run(call.request)
    except GatewayError as error:
        await settle_failure(upstream, claim, error)
        return
    from_cache = (answer.cache_status or "").upper() == "HIT"
    if from_cache and not call.may_be_cached:
        logger.error("The gateway's cache gave a picture of another request: %s", answer.log_id)
        words = "The gateway's cache gave a picture of another request."
        report = {
            **plain("foreign_picture", words, billed=Billed.NO),
            "log_id": answer.log_id,
        }
        await upstream.surely(attempts.fail, claim=claim, error=report, skips_cache=True)
        return
    await upstream.surely(
        attempts.note_answer,
        claim=claim,
        answer={**answer.body, **({FROM_CACHE: True} if from_cache else {})},
        log_id=answer.log_id or "",
        key_source=answer.key_source or "",
    )
    pictures = dict(enumerate(answer.images))
    lost = await keep(upstream, claim, pictures, cost=0 if from_cache else None)
    if lost is not None:
        await upstream.surely(attempts.lose, claim=claim, error=lost)


async def settle_failure(upstream: Upstream, claim: Claim, error: GatewayError) -> None:
    """Move the attempt to where this failure leads."""
    report = as_row(error)
    if isinstance(error, Credentials | ProviderBudget):
        logger.error("The gateway turns this studio away, operators have to act: %s", error)
    if error.resend:
        await upstream.surely(resends.send_again, claim=claim, error=report, wait=error.retry_after)
    elif error.billed is Billed.NO:
        await upstream.surely(attempts.fail, claim=claim, error=report)
    elif isinstance(error, Refused):
        await upstream.surely(attempts.refuse, claim=claim, error=report)
    else:
        if isinstance(error, BadAnswer) and error.content:
            await keep_raw(upstream, claim, error.content)
        await upstream.surely(attempts.lose, claim=claim, error=report)


async def keep_raw(upstream: Upstream, claim: Claim, content: bytes) -> None:
    """Keep an answer that nobody can read, so that a person can look for the paid picture."""
    key = f"attempts/{claim.attempt_id}/answer"
    try:
        await upstream.surely(results.keep_bytes, key=key, data=content)
    except StorageUnavailable as error:
        logger.warning("An unreadable answer could not be kept: %s", error)


async def keep(
    upstream: Upstream,
    claim: Claim,
    pictures: Mapping[int, Result],
    *,
    cost: int | None,
    instead: Mapping[int, Result] | None = None,
) -> Mapping[str, object] | None:
    """Bring pictures into the library, by their position in the answer, and end their attempt.

    Of several, those that can be had are kept. Returns what kept them out when none could be had,
    and then ends nothing. `instead` is tried where the bytes are no picture.
    """
    second = instead or {}
    outcomes = await asyncio.gather(
        *(
            deliver_or_say(upstream, claim, position, picture, instead=second.get(position))
            for position, picture in pictures.items()
        )
    )
    deliveries = [one for one in outcomes if isinstance(one, Delivery)]
    losses = [one for one in outcomes if not isinstance(one, Delivery)]
    for loss in losses:
        logger.warning("A picture of attempt %s is lost: %s", claim.attempt_id, loss["message"])
    if not deliveries:
        return losses[0]
    await upstream.surely(attempts.complete, claim=claim, deliveries=deliveries, cost=cost)
    return None


async def recover(upstream: Upstream, *, attempt_id: UUID) -> str:
    """Bring home what a lost attempt was answered with, from storage or from where it lies.

    Returns why that cannot be done, or nothing. Nothing is sent to the gateway.
    """
    claim, answer = await upstream.rows(attempts.lost, attempt_id=attempt_id)
    if claim is None:
        return "It is not lost, or was never answered."
    stored = await upstream.surely(results.stored_bytes, attempt_id=attempt_id)
    arrived = {position: ResultBytes(data) for position, data in stored.items()}
    named = kept_pictures(answer)
    if not named and not arrived:
        return "Neither the picture nor its address was kept."
    cost = 0 if answer.get(FROM_CACHE) else None
    loss = await keep(upstream, claim, {**named, **arrived}, cost=cost, instead=named)
    return "" if loss is None else str(loss["message"])


async def deliver_or_say(
    upstream: Upstream, claim: Claim, position: int, picture: Result, *, instead: Result | None
) -> Delivery | Mapping[str, object]:
    """Return one picture, or what kept it out."""
    try:
        return await deliver(upstream, claim, position, picture)
    except EgressError as error:
        return plain("result_lost", str(error))
    except BadOutput as error:
        if instead is None or instead is picture:
            return plain("bad_answer", str(error))
    except (StorageUnavailable, ImagingUnavailable) as error:
        return plain("storage", str(error))
    # What an earlier try has left in storage is no picture, so nothing refers to it.
    await upstream.surely(results.discard_bytes, key=results.key_of(claim.attempt_id, position))
    return await deliver_or_say(upstream, claim, position, instead, instead=None)


async def deliver(upstream: Upstream, claim: Claim, position: int, image: Result) -> Delivery:
    """Return one picture, fetched, stored as it came, and verified.

    Raises EgressError, BadOutput and StorageUnavailable (after five minutes).
    """
    if isinstance(image, ResultUrl):
        data = await fetch(upstream, image.url)
    else:
        data = image.data
    key = results.key_of(claim.attempt_id, position)
    await upstream.surely(results.keep_bytes, key=key, data=data)
    stored = await upstream.surely(results.verify, key=key, data=data)
    return Delivery(position, stored)


async def fetch(upstream: Upstream, url: str) -> bytes:
    """Return the bytes behind a result's address. Raises EgressError."""
    download = await upstream.egress.fetch(url, total_seconds=upstream.fetch_seconds)
    return download.content


def plain(code: str, message: str, *, billed: Billed = Billed.MAYBE) -> Mapping[str, object]:
    """Return a failure of the studio's own as it is kept with the attempt."""
    return {"code": code, "message": message[:500], "billed": billed.value}


def as_row(error: GatewayError) -> Mapping[str, object]:
    """Return a failure of the gateway as it is kept with the attempt."""
    return {
        "code": error.code,
        "message": error.message,
        "billed": error.billed.value,
        "http_status": error.http_status,
        "gateway_code": error.gateway_code,
        "log_id": error.log_id,
        "raw": error.raw,
    }

"""Sixteen large sources leave through a few megabytes, and the event loop stays responsive."""

import asyncio
import time
from collections.abc import AsyncIterator

import psutil
import pytest

from generations.gateway import SourceBytes
from tests.loopback import Call, serving
from tests.unit.gateway.factories import make_gateway, make_request, wrapped

pytestmark = pytest.mark.anyio

MEGABYTE = 1_000_000
SOURCE = 20 * MEGABYTE
BLOCK = bytes(range(256)) * 1024  # as storages hand it out, 256 kB


def large_source() -> SourceBytes:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(SOURCE // len(BLOCK)):
            yield BLOCK
        yield BLOCK[: SOURCE % len(BLOCK)]

    return SourceBytes(size=SOURCE, mime="image/png", chunks=chunks)


async def largest_growth(process: psutil.Process, stop: asyncio.Event) -> tuple[int, float]:
    """Watch until `stop`: return the most bytes grown, and the longest step of the loop.

    A step takes seconds of this thread: those that others had the processor do not count.
    """
    before, most, longest = process.memory_info().rss, 0, 0.0
    while not stop.is_set():
        asked = time.thread_time()
        await asyncio.sleep(0.005)
        longest = max(longest, time.thread_time() - asked)
        most = max(most, process.memory_info().rss - before)
    return most, longest


@pytest.mark.timeout(60)
async def test_sixteen_sources_of_20_mb_raise_memory_by_a_few_megabytes():
    received: list[int] = []

    async def behave(call: Call) -> None:
        received.append(await call.drain())
        await call.reply(body=wrapped())

    async with serving(behave) as server, make_gateway(server.url) as gateway:
        await gateway.run(make_request())  # what the first call loads is not the pictures' fault
        stop = asyncio.Event()
        watching = asyncio.create_task(largest_growth(psutil.Process(), stop))
        await gateway.run(make_request(sources=[large_source() for _ in range(16)]))
        stop.set()
        growth, pause = await watching

    assert received[1] > 16 * SOURCE * 4 / 3
    assert growth < 8 * MEGABYTE
    assert pause < 0.25  # seconds of work; a whole picture at once would take longer

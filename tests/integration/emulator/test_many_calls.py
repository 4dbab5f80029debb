"""Hundreds of calls wait at once, and large bodies take disk rather than memory."""

import asyncio
import time

import httpx
import psutil
import pytest

from tests.integration.emulator.conftest import encoded, painted
from tests.integration.emulator_process import EmulatorProcess, start_emulator

CALLS = 200
DELAY = 1.5  # seconds


@pytest.fixture
def slow_emulator(tmp_path):
    emulator = start_emulator(tmp_path, delay=DELAY, faults={"mode": "sketch"})
    yield emulator
    emulator.stop()


def test_hundreds_of_calls_wait_side_by_side(slow_emulator: EmulatorProcess):
    began = time.monotonic()

    statuses = asyncio.run(run_all(slow_emulator, CALLS, {"prompt": "A heron", "quality": "low"}))

    assert statuses == [200] * CALLS
    assert time.monotonic() - began < CALLS * DELAY / 4  # one after the other: four times that
    assert len(slow_emulator.charges(outcome="completed")) == CALLS


def test_sixteen_large_sources_are_never_in_memory_together(emulator: EmulatorProcess):
    large = encoded(painted("red") + b"\0" * 5_000_000)  # the decoder stops at the picture's end
    process = psutil.Process(emulator.process.pid)
    before = anonymous_memory(process)

    body = {"prompt": "All of them", "quality": "low", "images": [large] * 16}
    (status,) = asyncio.run(run_all(emulator, 1, body))

    assert status == 200
    assert anonymous_memory(process) - before < 50_000_000


def anonymous_memory(process: psutil.Process) -> int:
    """Bytes of memory that are not pages of files."""
    memory = process.memory_info()
    return memory.rss - memory.shared


async def run_all(emulator: EmulatorProcess, count: int, sent: dict) -> list[int]:
    headers = {"authorization": f"Bearer {emulator.token}"}
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        timeout=60, limits=limits, trust_env=False, verify=False
    ) as client:
        body = {"model": "openai/gpt-image-2", "input": sent}
        calls = [client.post(emulator.run_url, json=body, headers=headers) for _ in range(count)]
        return [answer.status_code for answer in await asyncio.gather(*calls)]

"""The gate before a paid call: shut as long as a paid result cannot be stored, and no longer."""

import asyncio
from dataclasses import replace

from generations.execution import upstream as module
from imagestudio.library.storage import StorageUnavailable


class Place:
    """Somewhere to store, that is full until it is not."""

    def __init__(self):
        self.is_full = True

    def store(self) -> None:
        if self.is_full:
            raise StorageUnavailable("It is full.")


def test_a_look_that_gives_up_does_not_open_it_for_a_result_that_waits(alice, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.05)
    place = Place()

    async def work(upstream) -> None:
        look = asyncio.create_task(replace(upstream, patience=0.3).surely(place.store))
        await asyncio.sleep(0.05)
        result = asyncio.create_task(upstream.surely(place.store))
        await asyncio.wait([look])
        assert isinstance(look.exception(), StorageUnavailable)
        assert not await upstream.homecoming.over(seconds=0.01)
        place.is_full = False
        await result
        assert await upstream.homecoming.over(seconds=1)

    alice.with_upstream(work)


def test_a_look_that_began_meanwhile_does_not_shut_it_for_ever(alice, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.05)
    place = Place()

    async def work(upstream) -> None:
        result = asyncio.create_task(upstream.surely(place.store))
        await asyncio.sleep(0.05)
        look = asyncio.create_task(replace(upstream, patience=1).surely(place.store))
        await asyncio.sleep(0.05)
        place.is_full = False
        await asyncio.gather(result, look)
        assert await upstream.homecoming.over(seconds=1)

    alice.with_upstream(work)

"""While storage is away a paid picture waits for it, and no other picture is paid for."""

import asyncio

from generations.execution import execute, upstream
from generations.models import State
from imagestudio.library import storage
from imagestudio.library.services import results
from imagestudio.library.storage import StorageUnavailable
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of


class Disk:
    """A storage that is full until it is not."""

    def __init__(self, monkeypatch):
        self.is_full = True
        self.refused = 0
        self._save = storage.save
        monkeypatch.setattr(results.storage, "save", self.save)
        monkeypatch.setattr(upstream, "LONGEST_PAUSE", 0.05)

    def save(self, key, data, **options):
        if self.is_full:
            self.refused += 1
            raise StorageUnavailable("The disk is full.")
        return self._save(key, data, **options)


def test_a_paid_picture_waits_and_the_next_call_is_not_made_meanwhile(alice, emulator, monkeypatch):
    disk = Disk(monkeypatch)
    paid, next_one = alice.ask_for(2)

    async def work(way) -> None:
        first = asyncio.create_task(execute(way, generation_id=paid.pk))
        while disk.refused < 3:
            assert not first.done()
            await asyncio.sleep(0.01)
        second = asyncio.create_task(execute(way, generation_id=next_one.pk))
        await asyncio.sleep(0.3)  # long enough for a call
        assert not emulator.charges(generation_id=str(next_one.pk))
        disk.is_full = False
        await asyncio.gather(first, second)

    alice.with_upstream(work)

    for generation in (paid, next_one):
        generation.refresh_from_db()
        assert generation.state == State.COMPLETED
        assert len(calls_of(emulator, generation)) == 1
    assert_books_balance(paid.account_id)


def test_when_it_stays_away_nothing_more_is_paid_and_it_is_said(alice, emulator, monkeypatch):
    disk = Disk(monkeypatch)
    monkeypatch.setattr(upstream, "HELD_BACK", 0.1)
    paid, next_one = alice.ask_for(2)

    async def work(way) -> None:
        first = asyncio.create_task(execute(way, generation_id=paid.pk))
        while disk.refused < 3:
            assert not first.done()
            await asyncio.sleep(0.01)
        await execute(way, generation_id=next_one.pk)
        disk.is_full = False
        await first

    alice.with_upstream(work)

    next_one.refresh_from_db()
    assert next_one.state == State.FAILED
    (attempt,) = attempts_of(next_one)
    assert (attempt.error["code"], attempt.hold.state) == ("storage_away", "released")
    assert not calls_of(emulator, next_one)


def test_away_for_longer_than_patience_the_picture_comes_by_a_later_look(
    alice, emulator, monkeypatch
):
    disk = Disk(monkeypatch)
    generation = alice.ask()

    async def work(way) -> None:
        way.patience = 0.1
        await execute(way, generation_id=generation.pk)

    alice.with_upstream(work)
    generation.refresh_from_db()
    assert generation.state == State.UNKNOWN

    disk.is_full = False
    assert alice.look_up(generation) == "back again"

    assert generation.state == State.COMPLETED
    assert len(calls_of(emulator, generation)) == 1
    assert_books_balance(generation.account_id)

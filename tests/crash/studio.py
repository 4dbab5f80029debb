"""A studio of real processes: ask, die at a point, look after what is left, read the books."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from generations.models import Attempt, Generation
from generations.services.attempts import claim
from generations.services.sweep import sweep
from generations.tasks import NEVER_AGAIN
from imagestudio.jobs.worker import rescue, worker_app
from tests.crash.forge import Forge, Process
from tests.integration.emulator_process import EmulatorProcess
from tests.integration.generations.conftest import (
    Maker,
    assert_books_balance,
    attempts_of,
)

SIGKILLED = -9
HOUR = timedelta(hours=1)
QUICK = {"quality": "low", "size": "1024x1024"}


@dataclass(frozen=True)
class Books:
    """What the rows and the charge book say of one generation, in the order of its attempts.

    `calls` are how many the gateway received for each attempt; `charged` and `spent` are
    micro-dollars, by the charge book and by the ledger.
    """

    state: str
    attempts: list[str]
    holds: list[str]
    calls: list[int]
    charged: int
    spent: int
    held: int
    has_image: bool


@dataclass(frozen=True)
class Studio:
    """One person, a gateway, and processes that can be made to die."""

    forge: Forge
    emulator: EmulatorProcess
    alice: Maker

    def ask(self, **wish: Any) -> Generation:
        """Ask for one picture and return its generation."""
        return self.alice.ask(**QUICK | wish)

    def ask_as_of_a_dead_worker(self) -> Generation:
        """Return a generation whose worker has claimed it and then died, an hour ago."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) "
                "VALUES (now() - interval '1 h') RETURNING id"
            )
            (worker,) = cursor.fetchone()
        with transaction.atomic():  # nobody sees it before it is claimed
            generation = self.ask()
            claim(generation_id=generation.pk, worker=worker)
        return generation

    def state(self, generation: Generation) -> str:
        """Return where a generation stands now."""
        generation.refresh_from_db()
        return generation.state

    def die(self, point: str) -> None:
        """Have a worker take up what waits, and die at a point."""
        process = self.forge.fork(point=point)
        assert process.wait() == SIGKILLED, process.said()

    def look_after(self, *, rounds: int = 1) -> None:
        """Let time pass, and a fresh worker do all that there is to do; again for more rounds.

        The dead have been silent for an hour, what was put off is due, the clock has struck, and
        the gateway's log has had the time to show what it has.
        """
        for _ in range(rounds):
            let_time_pass()
            asyncio.run(rescue_all())
            sweep()
            process = self.forge.fork(until_idle=True)
            assert process.wait() == 0, process.said()

    def worker(self, **order: Any) -> Process:
        """Return a worker that goes on until it is told to stop."""
        return self.forge.fork(**order)

    def calls(self, generation: Generation) -> list[dict[str, Any]]:
        """Return the calls that the gateway has received for a generation."""
        return self.emulator.charges(generation_id=str(generation.pk))

    def books(self, generation: Generation) -> Books:
        """Return what the books say, which balance."""
        generation.refresh_from_db()
        assert_books_balance(generation.account_id)
        attempts = attempts_of(generation)
        calls = self.calls(generation)
        return Books(
            state=generation.state,
            attempts=[attempt.state for attempt in attempts],
            holds=[attempt.hold.state for attempt in attempts],
            calls=[count(calls, attempt) for attempt in attempts],
            charged=sum(call["cost_microdollars"] for call in calls),
            spent=sum(attempt.cost or 0 for attempt in attempts if attempt.hold.state == "settled"),
            held=sum(attempt.hold.amount for attempt in attempts if attempt.hold.state == "held"),
            has_image=generation.image is not None,
        )


def count(calls: list[dict[str, Any]], attempt: Attempt) -> int:
    """Return how many of these calls were made for an attempt."""
    return sum(call["attempt_id"] == str(attempt.pk) for call in calls)


async def rescue_all() -> None:
    """Do what the job `generations.rescue` does every minute."""
    app = worker_app()
    async with app.open_async():
        await rescue(app, never_again=NEVER_AGAIN)


def let_time_pass() -> None:
    """Let everything that has happened be an hour ago, and everything that was put off be due."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 h'")
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    ended = Attempt.objects.exclude(state=Attempt.State.SENT).filter(look_at__isnull=False)
    ended.update(look_at=Now(), sent_at=F("sent_at") - HOUR, deadline_at=F("deadline_at") - HOUR)

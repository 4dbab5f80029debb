"""K12 and K16: workers that overlap: one drains or is out of time, another does its work."""

import signal
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateWorker

from generations.services.sweep import sweep
from tests.crash.forge import wait_until
from tests.crash.studio import let_time_pass

HOUR = 3600.0  # seconds


@pytest.fixture
def gate(tmp_path):
    """A file for which every answered call waits."""
    return tmp_path / "gate"


def reached(gate):
    return gate.with_suffix(".reached").exists()


def test_k12_a_worker_that_drains_keeps_its_call(studio, gate):
    generation = studio.ask()
    old = studio.worker(gate=str(gate), heartbeat=0.05)
    wait_until(lambda: reached(gate), words=old.said)

    old.signal(signal.SIGTERM)
    let_time_pass()
    wait_until(is_heard_of)  # its heartbeat goes on
    new = studio.forge.fork(until_idle=True)
    assert new.wait() == 0
    assert not any(sweep().values())
    assert studio.books(generation).attempts == ["sent"]
    gate.touch()

    assert old.wait() == 0, old.said()
    books = studio.books(generation)
    assert (books.state, books.calls, books.holds) == ("completed", [1], ["settled"])


def is_heard_of() -> bool:
    """Say whether the one worker has just given a sign of life."""
    recently = Now() - timedelta(minutes=1)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=recently).count() == 1


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["an hour ahead", "an hour behind"])
def test_k16_a_worker_whose_clock_jumps_takes_nothing_and_puts_nothing_off(studio, gate, wrong):
    held = studio.ask()
    right = studio.worker(gate=str(gate))
    wait_until(lambda: reached(gate), words=right.said)
    right.signal(signal.SIGTERM)  # it has its hands full and takes nothing else
    first = studio.ask()
    astray = studio.worker(clock=wrong)
    wait_until(lambda: studio.state(first) == "completed", words=astray.said)

    astray.signal(signal.SIGUSR1)
    lapsed = studio.ask_as_of_a_dead_worker()
    sent_again = studio.ask(prompt="A fox [fault:rate_limited times=1]")

    for generation in (lapsed, sent_again):
        wait_until(lambda g=generation: studio.state(g) == "completed", words=astray.said)
    assert studio.books(held).attempts == ["sent"]
    gate.touch()
    assert right.wait() == 0, right.said()
    astray.signal(signal.SIGTERM)
    assert astray.wait() == 0, astray.said()
    assert studio.books(held).state == "completed"
    assert [studio.books(one).calls for one in (held, lapsed, sent_again)] == [[1], [1], [1, 1]]

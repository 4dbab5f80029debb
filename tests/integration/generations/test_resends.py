"""How long the machine waits before it sends again, and that this counts for the pace."""

from uuid import UUID

import pytest

from generations.models import State
from generations.services import deeds
from generations.services.admission import room
from generations.services.attempts import Claim
from generations.services.resends import LONGEST_PAUSE, pause
from tests.integration.generations.conftest import attempts_of


def claim_of(number: int) -> Claim:
    return Claim(UUID(int=0), UUID(int=number), 1)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(None, 1, 1.5), (-1, 1, 1.5), (0, 1, 1.5), (7, 7, 10.5), (60, 60, 60), (50, 50, 60)],
)
def test_g18_it_waits_as_long_as_it_was_asked_to_and_a_little_more(asked, least, most):
    pauses = [pause(claim_of(number), resends=0, asked=asked) for number in range(0, 1000, 100)]
    assert all(least <= one <= most for one in pauses)
    assert max(pauses) <= LONGEST_PAUSE
    assert len(set(pauses)) > 1 or asked == LONGEST_PAUSE


def test_the_second_pause_is_longer():
    assert pause(claim_of(0), resends=1, asked=None) == 4


def test_a_call_that_is_sent_again_counts_for_the_pace(alice, emulator, settings, rows):
    settings.GATEWAY_STARTS_PER_MINUTE = 5
    emulator.set_fault("rate_limited", times=1)
    generation = alice.ask()
    assert min(room()) == 4

    alice.work(generation)
    assert generation.state == State.QUEUED
    assert min(room()) == 3


def test_a_picture_from_the_cache_after_429_is_somebody_elses(alice, emulator):
    emulator.set_fault("rate_limited", times=1)
    generation = alice.ask()
    alice.work(generation)
    emulator.set_fault("cache_hit", times=1)
    alice.work(generation)

    assert (generation.state, generation.image) == (State.FAILED, None)
    assert attempts_of(generation)[1].error["code"] == "foreign_picture"


def test_a_picture_from_the_cache_that_was_to_be_skipped_is_somebody_elses(alice, emulator):
    emulator.set_fault("cache_hit", times=2)
    generation = alice.made()
    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    alice.work(generation)

    assert (generation.state, generation.image) == (State.FAILED, None)
    assert {one.error["code"] for one in attempts_of(generation)} == {"foreign_picture"}

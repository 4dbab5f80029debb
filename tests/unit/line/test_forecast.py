"""Admission played forward: places, moments, and what it does not pretend to know."""

from dataclasses import replace
from random import Random
from statistics import fmean
from uuid import UUID

import pytest

from generations.line import Place, Queue, Running, Situation, Waiting, forecast, unevenly
from generations.line.turns import NEVER

ALICE, BOB = UUID(int=1), UUID(int=2)
IDS = Random(1)


def waits(account=ALICE, seconds: float = 10, *, takes: float | None = -1) -> Waiting:
    return Waiting(
        UUID(int=IDS.getrandbits(128)), account, seconds, seconds if takes == -1 else takes
    )


def situation(*waiting: Waiting, running=(), slots=1, **more) -> Situation:
    queues = [
        Queue(key, more.pop("cap", 16), sum(one.account_id == key for one in running), NEVER)
        for key in sorted({one.account_id for one in waiting})
    ]
    wanted = {"starts_per_minute": 1000, "starts": [], **more}
    return Situation(slots=slots, running=running, queues=queues, waiting=waiting, **wanted)


def told(now: Situation) -> list[Place | None]:
    places = forecast(now)
    return [places.get(one.id) for one in now.waiting]


def test_one_after_another_in_one_slot():
    now = situation(waits(), waits(), running=[Running(BOB, 5)])
    assert told(now) == [Place(1, 15), Place(2, 25)]


def test_a_newcomer_is_next_however_many_others_wait():
    crowd = [waits(ALICE) for _ in range(50)]
    now = situation(*crowd, waits(BOB), slots=2, running=[Running(ALICE, 3), Running(ALICE, 4)])
    assert told(now)[-1] == Place(1, 13)
    assert told(now)[0] == Place(2, 14)


def test_an_account_at_its_cap_waits_for_its_own():
    running = [Running(ALICE, 30), Running(BOB, 1)]
    now = situation(waits(ALICE), slots=9, running=running, cap=1)
    assert told(now) == [Place(1, 40)]


def test_the_pace_is_kept_and_the_sweep_lets_the_next_in():
    now = situation(*(waits() for _ in range(3)), slots=9, starts_per_minute=2, starts=[55])
    # One may start now. The call of 55 s ago counts for 5 s yet, and the sweep looks at second 8.
    assert told(replace(now, until_sweep=8)) == [Place(1, 10), Place(2, 18), Place(3, 78)]


def test_an_end_lets_in_what_the_pace_allows_by_then():
    now = situation(waits(), slots=9, starts_per_minute=1, starts=[55], running=[Running(BOB, 6)])
    assert told(replace(now, until_sweep=8)) == [Place(1, 16)]


def test_no_time_is_told_behind_what_was_never_measured():
    new = waits(takes=None)
    now = situation(waits(), new, waits(), running=[Running(BOB, 5)])
    assert told(now) == [Place(1, 15), Place(2, None), Place(3, None)]
    unknown = situation(waits(), running=[Running(BOB, 60, is_measured=False)])
    assert told(unknown) == [Place(1, None)]


def test_it_ends_after_so_many_and_where_a_line_is_not_known_further():
    now = situation(*(waits() for _ in range(30)), waits(BOB))
    assert len(forecast(now, most=20)) == 20
    cut = replace(now, cut=frozenset([BOB]))
    # Alice, Bob, Alice, and then it would be Bob's turn again.
    assert sorted(place.position for place in forecast(cut).values()) == [1, 2, 3]


def test_nothing_moves_without_a_slot():
    assert told(situation(waits(), slots=0)) == [None]


@pytest.mark.parametrize(("slots", "accounts", "crowd"), [(1, 1, 20), (4, 3, 40), (8, 5, 120)])
def test_the_expected_end_is_right_within_the_stated_error(slots, accounts, crowd):
    """9 of 10 pictures come within max(2 s, 25 %) of what was told, if calls differ by a fifth."""
    right = []
    for seed in range(10):
        chance = Random(seed)
        owners = [UUID(int=chance.randint(1, accounts)) for _ in range(crowd + slots)]
        takes = [chance.lognormvariate(3.4, 0.2) for _ in owners]
        likely = fmean(takes)
        waiting = [waits(owner, likely) for owner in owners[slots:]]
        now = situation(
            *(replace(one, holds=unevenly(likely, one.id)) for one in waiting),
            running=[Running(owner, likely) for owner in owners[:slots]],
            slots=slots,
        )
        real = replace(
            now,
            running=[Running(*one) for one in zip(owners[:slots], takes[:slots], strict=True)],
            waiting=[
                replace(one, holds=seconds, takes=seconds)
                for one, seconds in zip(waiting, takes[slots:], strict=True)
            ],
        )
        predicted = forecast(now)
        right += [
            abs(predicted[key].seconds - place.seconds) <= max(2, 0.25 * place.seconds)
            for key, place in forecast(real).items()
        ]
    assert len(right) == 10 * crowd
    assert sum(right) / len(right) >= 0.9

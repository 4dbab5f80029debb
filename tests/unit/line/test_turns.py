"""The rule of admission by itself: whoever has the fewest in flight is next, and nobody starves."""

from collections import Counter, deque
from random import Random
from uuid import UUID

import pytest

from generations.line import Queue, Turns
from generations.line.turns import NEVER

ALICE, BOB, CAROL = (UUID(int=number) for number in (1, 2, 3))


def queue(key=ALICE, *, cap=9, in_flight=0, last_start=NEVER) -> Queue:
    return Queue(key, cap, in_flight, last_start)


def order(*queues: Queue, count: int) -> list[UUID]:
    turns, given = Turns(queues), []
    for at in range(count):
        one = turns.next()
        if one is None:
            break
        turns.started(one, at=at)
        given.append(one.account_id)
    return given


def test_the_fewest_in_flight_are_first():
    assert order(queue(ALICE, in_flight=2), queue(BOB), count=4) == [BOB, BOB, ALICE, BOB]


def test_of_equals_the_one_whose_last_start_lies_longest_back():
    three = queue(ALICE, last_start=-1), queue(BOB, last_start=-9), queue(CAROL)
    assert order(*three, count=3) == [CAROL, BOB, ALICE]


def test_nobody_passes_their_cap():
    assert order(queue(ALICE, cap=1), queue(BOB, cap=2, in_flight=1), count=9) == [ALICE, BOB]


def test_an_end_opens_a_cap():
    turns = Turns([queue(ALICE, cap=1, in_flight=1)])
    assert turns.next() is None
    turns.ended(ALICE)
    assert turns.next() is not None


def test_shares_of_many_slots_are_even():
    queues = [queue(ALICE), queue(BOB), queue(CAROL, cap=1)]
    assert Turns(queues).shares(7, at=0) == {ALICE: 3, BOB: 3, CAROL: 1}
    assert Turns([queue(cap=2)]).shares(7, at=0) == {ALICE: 2}


@pytest.mark.parametrize("seed", range(60))
def test_nobody_starves_whatever_comes_and_ends(seed):
    """In any history, an account below its cap waits for no more than one turn of each other.

    That holds from the moment on at which it has no call in flight, or as many as all others.
    """
    chance = Random(seed)
    slots = chance.randint(1, 6)
    caps = {UUID(int=n): chance.randint(1, 4) for n in range(1, chance.randint(3, 8))}
    backlogs = {key: chance.randint(0, 30) for key in caps}
    turns = Turns(queue(key, cap=cap) for key, cap in caps.items())
    in_flight: deque[UUID] = deque()
    passed: dict[UUID, Counter[UUID]] = {key: Counter() for key in caps}
    for at in range(400):
        if in_flight and (chance.random() < 0.5 or len(in_flight) == slots):
            in_flight.rotate(chance.randrange(len(in_flight)))
            turns.ended(in_flight.popleft())
        if len(in_flight) == slots:
            continue
        one = turns.next()
        busy = Counter(in_flight)
        if one is None:
            assert all(busy[key] >= caps[key] for key in caps)
            break
        key = one.account_id
        fewest = min(busy[other] for other in caps if busy[other] < caps[other])
        assert busy[key] == fewest < caps[key]
        turns.started(one, at=at)
        in_flight.append(key)
        backlogs[key] -= 1
        passed[key].clear()
        for other in caps:
            if other != key and not busy[other]:
                passed[other][key] += 1
                assert max(passed[other].values()) <= 1, "passed twice by the same account"

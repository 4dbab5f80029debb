"""Whatever others have piled up, and however many admit at once: slots are shared, caps kept."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain
from random import Random

import pytest
from django.db import connection, connections
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generations.models import Attempt, Generation, State
from generations.services.admission import admit, room
from tests.factories import bring_to, make_backlogs, make_generation, make_user, personal

SLOTS = 40


@pytest.fixture
def crowd(db, settings):
    """Twenty accounts with 500 waiting each, as many calls in flight as there are slots."""
    settings.GATEWAY_SLOTS = SLOTS
    accounts = make_backlogs(make_user(), accounts=20, each=500)
    assert admit() == SLOTS
    return accounts


def end_one() -> None:
    """Let one call end that is in flight."""
    first = Generation.objects.in_flight().order_by("admitted_at", "id").values("pk")[:1]
    Generation.objects.filter(pk__in=first).update(state=State.CANCELLED, ended_at=Now())


def shares() -> Counter[int]:
    """How many accounts have how many calls in flight."""
    return Counter(Counter(Generation.objects.in_flight().values_list("account")).values())


def test_a_newcomer_waits_for_one_slot_behind_ten_thousand(crowd):
    assert shares() == {2: 20}
    newcomer = make_generation(personal(make_user()))
    assert newcomer.admitted_at is None

    end_one()
    assert admit() == 1

    newcomer.refresh_from_db()
    assert newcomer.admitted_at is not None


def test_admission_takes_as_many_statements_behind_ten_thousand(crowd):
    end_one()
    with CaptureQueriesContext(connection) as captured:
        assert admit() == 1
    with CaptureQueriesContext(connection) as full:
        assert admit() == 0
    assert len(captured) <= 11
    assert len(full) <= 6


def test_ties_go_round(db, settings):
    settings.GATEWAY_SLOTS = 1
    make_backlogs(make_user(), accounts=3, each=4)
    for _ in range(12):
        assert admit() == 1
        end_one()
    order = Generation.objects.order_by("admitted_at").values_list("account", flat=True)
    assert list(order) == [*order[:3]] * 4
    assert len(set(order[:3])) == 3


def test_calls_count_for_the_pace_when_they_leave(db, settings):
    settings.GATEWAY_STARTS_PER_MINUTE = 3
    member = personal(make_user())
    sent, unsent = (make_generation(member) for _ in range(2))
    bring_to(sent, State.FAILED)
    assert room().starts == 1

    Attempt.objects.filter(generation=sent).update(sent_at=Now() - timedelta(seconds=61))
    assert room().starts == 2
    # One that is admitted long before it leaves counts until it has left, and a minute more.
    Generation.objects.filter(pk=unsent.pk).update(admitted_at=Now() - timedelta(minutes=9))
    assert room().starts == 2


def test_never_more_than_slots_and_caps_whoever_admits_at_once(rows, settings):
    settings.GATEWAY_SLOTS = 7
    accounts = make_backlogs(make_user(), accounts=4, each=15, cap=3)

    def live(seed: int) -> None:
        """Admit, and end what is in flight, in an order of its own."""
        chance = Random(seed)
        try:
            for _ in range(15):
                admit()
                mine = list(Generation.objects.in_flight().values_list("pk", flat=True))
                ended = chance.sample(mine, min(2, len(mine)))
                Generation.objects.in_flight().filter(pk__in=ended).update(
                    state=State.CANCELLED, ended_at=Now()
                )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(live, range(4)))
    while admit():
        end_one()

    spans = Generation.objects.exclude(admitted_at=None).values_list(
        "account_id", "admitted_at", "ended_at"
    )
    assert len(spans) == 60
    assert most_at_once(spans) <= 7
    assert all(most_at_once(s for s in spans if s[0] == one.pk) <= 3 for one in accounts)


def most_at_once(spans) -> int:
    """How many spans overlapped at the most; one that begins as another ends does not."""
    moments = chain.from_iterable(((begun, 1), (ended, -1)) for _, begun, ended in spans if ended)
    most = now = 0
    for _, step in sorted(moments):
        now += step
        most = max(most, now)
    return most

"""Slots go to the account with the fewest calls in flight; nobody starves, nothing is overrun."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.models import Generation, State
from generations.services import attempts, deeds, outcomes
from generations.services.admission import admit
from imagestudio.accounts.models import Standing
from imagestudio.accounts.services.access import change_account_standing, change_standing


@pytest.fixture
def four_slots(settings):
    settings.GATEWAY_SLOTS = 4


def admitted(maker) -> int:
    return Generation.objects.owned_by(maker.membership.account).in_flight().count()


def end(generation) -> None:
    """Let a call end, whatever came of it."""
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    assert attempts.mark_sent(claim=claim)
    assert outcomes.fail(claim=claim, error={"code": "credentials"})


def test_the_queue_never_holds_more_jobs_than_slots(alice, four_slots):
    alice.ask_for(10)

    assert admitted(alice) == 4
    assert ProcrastinateJob.objects.filter(task_name="generations.run").count() == 4


def test_a_newcomer_gets_the_next_free_slot(alice, bob, four_slots):
    busy = alice.ask_for(10)
    bob.ask()
    assert admitted(bob) == 0

    end(busy[0])

    assert admitted(bob) == 1


def test_slots_are_shared_evenly(alice, bob, settings):
    settings.GATEWAY_SLOTS = 0
    alice.ask_for(10)
    bob.ask_for(2)
    settings.GATEWAY_SLOTS = 5

    assert admit() == 5

    assert (admitted(alice), admitted(bob)) == (3, 2)


def test_an_account_stays_below_its_own_cap(alice, settings):
    settings.GATEWAY_SLOTS = 10
    account = alice.membership.account
    account.in_flight_cap = 2
    account.save(update_fields=["in_flight_cap"])

    alice.ask_for(5)

    assert admitted(alice) == 2


def test_the_pace_stays_below_the_gateways_limit(alice, settings):
    settings.GATEWAY_STARTS_PER_MINUTE = 3

    generations = alice.ask_for(5)
    end(generations[0])

    assert Generation.objects.waiting().count() == 2


@pytest.mark.parametrize("who", ["user", "account"])
def test_who_may_not_make_pictures_is_passed_over(alice, bob, settings, who):
    settings.GATEWAY_SLOTS = 0
    alice.ask_for(2)
    bob.ask()
    blocked = Standing.GENERATION_BLOCKED
    if who == "user":
        change_standing(user=alice.membership.user, standing=blocked)
    else:
        change_account_standing(account=alice.membership.account, standing=blocked)
    settings.GATEWAY_SLOTS = 1  # of which it would be her turn

    admit()

    assert (admitted(alice), admitted(bob)) == (0, 1)


def test_cancelling_lets_the_next_one_in(alice, four_slots):
    generations = alice.ask_for(5)

    deeds.cancel(membership=alice.membership, generation_id=generations[0].pk)

    generations[4].refresh_from_db()
    assert generations[4].admitted_at is not None


def test_many_at_once_never_take_more_than_the_slots(alice, bob, four_slots):
    def ask(maker):
        try:
            maker.ask_for(3)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(ask, [alice, bob] * 5))

    assert Generation.objects.in_flight().count() == 4
    assert Generation.objects.filter(state=State.QUEUED).count() == 30

"""A hold knows whose it is and what for, counts twice, and what it costs more stops new ones."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections, transaction

from imagestudio.accounts.models import Role
from imagestudio.money.exceptions import BudgetExceeded, HoldAlreadyResolved
from imagestudio.money.models import Basis, BudgetPeriod, Hold
from imagestudio.money.services import (
    adjust,
    release,
    set_budget,
    settle,
    take_hold,
    this_month,
    within_limits,
)
from tests.factories import make_cast, make_generation
from tests.integration.money.conftest import MODEL, counters, hold


def test_a_generations_hold_names_its_person_and_its_model(cast):
    generation = make_generation(cast.membership(Role.CREATOR))

    one = Hold.objects.get()

    assert (one.user, one.model) == (cast.user(Role.CREATOR), generation.model)


def settled(one):
    settle(hold=one, amount=70)


def released(one):
    release(hold=one)


@pytest.mark.parametrize("first", [settled, released])
@pytest.mark.parametrize("second", [settled, released])
def test_a_hold_is_resolved_once(team, creator, first, second):
    one = hold(team, creator, 100)
    first(one)
    before = counters(team)

    with pytest.raises(HoldAlreadyResolved):
        second(one)

    assert counters(team) == before


def test_a_members_limit_counts_what_was_spent_before_it_was_set(team, creator, owner):
    settle(hold=hold(team, creator, 100), amount=70)
    hold(team, creator, 20)
    hold(team, owner, 500)

    period = set_budget(account=team, member=creator, limit=100)

    assert (period.held, period.settled) == (20, 70)
    assert counters(team) == (520, 70)
    with pytest.raises(BudgetExceeded, match="your budget") as caught:
        hold(team, creator, 11)
    assert caught.value.extra == {"left_micros": 10, "needed_micros": 11, "budget": "member"}
    hold(team, creator, 10)


def test_a_members_refusal_leaves_the_accounts_counter_alone(team, creator):
    set_budget(account=team, member=creator, limit=10)

    with pytest.raises(BudgetExceeded):
        hold(team, creator, 11)

    assert not Hold.objects.exists()
    assert sum(period.held for period in BudgetPeriod.objects.all()) == 0


def test_the_accounts_limit_stops_a_member_without_a_limit(team, creator):
    set_budget(account=team, limit=10)

    with pytest.raises(BudgetExceeded, match="the account's budget") as caught:
        hold(team, creator, 11)

    assert caught.value.extra["budget"] == "account"


def test_a_call_that_costs_more_than_was_held_stops_new_ones(team, creator):
    set_budget(account=team, limit=100)
    entry = settle(hold=hold(team, creator, 60), amount=99)

    assert entry.overrun
    with pytest.raises(BudgetExceeded):
        hold(team, creator, 2)
    assert counters(team) == (0, 99)


@pytest.mark.parametrize(("difference", "overrun"), [(39, False), (40, False), (41, True)])
def test_so_does_one_that_the_log_shows_to_have_cost_more(team, creator, difference, overrun):
    one = hold(team, creator, 60)
    settle(hold=one, amount=20)

    entry = adjust(hold=one, difference=difference, basis=Basis.GATEWAY_LOG)

    assert entry.overrun == overrun
    assert counters(team) == counters(team, creator) == (0, 20 + difference)


def test_a_cost_rests_on_the_log_as_soon_as_one_entry_does(team, creator):
    one = hold(team, creator, 60)
    settle(hold=one, amount=50)
    assert Hold.objects.get().basis == Basis.ESTIMATE
    adjust(hold=one, difference=-3, basis=Basis.GATEWAY_LOG)
    adjust(hold=one, difference=0, basis=Basis.ESTIMATE)
    assert Hold.objects.get().basis == Basis.GATEWAY_LOG


@pytest.mark.usefixtures("rows")
def test_holding_asking_and_settling_at_once_never_wait_in_a_ring():
    """Every order of an account's and a member's rows is the same, whoever locks them.

    It is not that of their ids: here the member's row is the older one.
    """
    cast = make_cast()
    team, user = cast.team, cast.user(Role.CREATOR)
    BudgetPeriod.objects.create(account=team, member=user, month=this_month())
    set_budget(account=team, limit=10**9)
    set_budget(account=team, member=user, limit=10**9)

    def work(number: int) -> None:
        try:
            with transaction.atomic():
                one = take_hold(account=team, user=user, attempt_id=uuid4(), amount=10, model=MODEL)
            with transaction.atomic():
                assert within_limits(hold=one)
                settle(hold=one, amount=7) if number % 2 else release(hold=one)
            if number % 5 == 0:
                set_budget(account=team, member=user, limit=10**9 + number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(24)))  # a deadlock would be raised here

    assert counters(team) == counters(team, user) == (0, 84)

"""At four fifths of a limit and at its end people are told, once, and again after it was raised."""

import pytest
from django.core import mail

from imagestudio.accounts.models import Role
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.models import Basis
from imagestudio.money.services import adjust, refusals_noted, release, set_budget, settle
from tests.factories import make_generation, make_team, make_user
from tests.integration.money.conftest import do_jobs, hold, told

WARNING, EXHAUSTED, CHANGED = "budget.warning", "budget.exhausted", "budget.changed"


@pytest.fixture
def limited(team):
    """The team may spend 100 micro-dollars."""
    set_budget(account=team, limit=100)
    return team


def test_below_four_fifths_nothing_is_told(limited, creator):
    hold(limited, creator, 79)
    assert do_jobs() == []


def test_a_hold_that_reaches_four_fifths_is_told_once(limited, creator):
    first = hold(limited, creator, 80)
    hold(limited, creator, 5)
    release(hold=first)
    hold(limited, creator, 85)

    assert do_jobs() == ["money.announce", "money.mail"]
    assert told(limited) == [CHANGED, WARNING]


def test_the_end_is_told_once_and_after_the_warning(limited, creator):
    hold(limited, creator, 80)
    hold(limited, creator, 20)
    do_jobs()
    assert told(limited) == [CHANGED, WARNING, EXHAUSTED]


def test_who_goes_straight_to_the_end_is_not_warned_too(limited, creator):
    hold(limited, creator, 100)
    do_jobs()
    assert told(limited) == [CHANGED, EXHAUSTED]


@pytest.mark.parametrize("basis", [Basis.ESTIMATE, Basis.GATEWAY_LOG])
def test_a_cost_beyond_its_hold_and_a_correction_are_watched_too(limited, creator, basis):
    one = hold(limited, creator, 10)
    settle(hold=one, amount=81)
    adjust(hold=one, difference=19, basis=basis)
    do_jobs()
    assert told(limited) == [CHANGED, WARNING, EXHAUSTED]


def test_a_raised_limit_is_warned_of_again(limited, creator):
    hold(limited, creator, 100)
    set_budget(account=limited, limit=200)
    hold(limited, creator, 60)
    do_jobs()
    assert told(limited) == [CHANGED, CHANGED, EXHAUSTED, WARNING]


def test_a_limit_raised_too_little_is_not_warned_of_again(limited, creator):
    hold(limited, creator, 90)
    set_budget(account=limited, limit=110)
    do_jobs()
    assert told(limited) == [CHANGED, CHANGED, WARNING]


def test_a_limit_lowered_below_what_is_spent_is_told(limited, creator):
    hold(limited, creator, 50)
    set_budget(account=limited, limit=40)
    do_jobs()
    assert told(limited) == [CHANGED, CHANGED, EXHAUSTED]


def test_a_refused_hold_is_the_end_though_its_transaction_is_rolled_back(limited, creator):
    hold(limited, creator, 60)
    for _ in range(2):
        with pytest.raises(BudgetExceeded), refusals_noted():
            hold(limited, creator, 41)
    do_jobs()
    assert told(limited) == [CHANGED, EXHAUSTED]


def test_asking_for_too_many_at_once_is_not_the_end(cast, team):
    one = make_generation(cast.membership(Role.CREATOR)).attempts.get().hold.amount
    set_budget(account=team, limit=3 * one)

    with pytest.raises(BudgetExceeded):
        make_generation(cast.membership(Role.CREATOR), count=3)

    do_jobs()
    assert told(team) == [CHANGED]


def test_a_request_that_does_not_fit_at_all_is_the_end(cast, team):
    set_budget(account=team, limit=1000)
    with pytest.raises(BudgetExceeded):
        make_generation(cast.membership(Role.CREATOR))
    do_jobs()
    assert told(team) == [CHANGED, EXHAUSTED]


def test_the_owners_get_a_letter_and_a_member_about_their_own_limit(team, creator, owner):
    set_budget(account=team, limit=100)
    set_budget(account=team, member=creator, limit=50)
    hold(team, creator, 40)
    do_jobs()
    hold(team, owner, 60)
    do_jobs()

    mine, whole = mail.outbox
    assert mine.to == [owner.email, creator.email]
    assert f"Budget nearly used: {team.name}" == mine.subject
    assert whole.to == [owner.email]
    assert f"Budget used up: {team.name}" == whole.subject
    assert f"/a/{team.slug}/account/" in whole.body


def test_nobody_else_is_told(limited, creator):
    other = make_team(make_user("other"))
    hold(limited, creator, 100)
    do_jobs()
    assert told(other) == []

"""From the emulator to a gateway that is paid: nobody goes on spending freely."""

import pytest

from imagestudio.accounts.models import User
from imagestudio.accounts.services.demo import EMAIL, keep_demo
from imagestudio.money.models import BudgetPeriod
from imagestudio.money.services import apply_default_budget, period_of, set_budget
from tests.factories import make_user, personal


@pytest.fixture
def account(db):
    return personal(make_user()).account


def limit_of(account):
    return BudgetPeriod.objects.get(account=account, member=None).limit


def test_who_had_no_limit_with_the_emulator_may_spend_nothing(account, settings):
    settings.DEFAULT_MONTHLY_BUDGET = None
    period_of(account=account)
    settings.DEFAULT_MONTHLY_BUDGET = 0
    assert apply_default_budget() == 1
    assert limit_of(account) == 0


def test_a_budget_of_its_own_stays(account, settings):
    set_budget(account=account, limit=25_000_000)
    settings.DEFAULT_MONTHLY_BUDGET = 0
    assert apply_default_budget() == 0
    assert limit_of(account) == 25_000_000


def test_the_demo_is_made_once_and_closed_where_calls_are_paid(db):
    assert len(keep_demo(is_open=True)) > 8
    assert keep_demo(is_open=True) is None
    keep_demo(is_open=False)
    assert not User.objects.get(email=EMAIL).is_active
    keep_demo(is_open=True)
    assert User.objects.get(email=EMAIL).is_active


def test_no_demo_is_made_where_calls_are_paid_or_somebody_is_there(db):
    assert keep_demo(is_open=False) is None
    make_user()
    assert keep_demo(is_open=True) is None
    assert not User.objects.filter(email=EMAIL).exists()

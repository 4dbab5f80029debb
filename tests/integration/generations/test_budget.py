"""Money is held before anything is sent, and no concurrency holds more than the limit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections, transaction

from generations import prices
from generations.catalogue import DEFAULT_MODEL, Parameters
from generations.models import Attempt, Generation, State
from generations.services import attempts, outcomes
from imagestudio.accounts.models import User
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.models import BudgetPeriod, Hold, LedgerEntry
from imagestudio.money.services import set_budget
from tests.integration.generations.conftest import assert_books_balance, attempts_of

PROMPT = "A fox"
UPPER_BOUND = prices.hold_amount(DEFAULT_MODEL, Parameters(), prompt=PROMPT, source_count=0)


def limit(maker, pictures: float, member: User | None = None) -> BudgetPeriod:
    """Let an account spend what this many pictures can cost at most."""
    return set_budget(
        account=maker.membership.account, limit=round(pictures * UPPER_BOUND), member=member
    )


def test_a_request_that_does_not_fit_holds_nothing(alice):
    limit(alice, 2.5)

    with pytest.raises(BudgetExceeded) as caught:
        alice.ask_for(3, PROMPT)

    assert caught.value.extra["left_micros"] == round(2.5 * UPPER_BOUND) - 2 * UPPER_BOUND
    assert not Generation.objects.exists()
    assert not Hold.objects.exists()
    assert BudgetPeriod.objects.get().held == 0


def test_twenty_at_once_with_money_for_three_make_three_holds(alice):
    period = limit(alice, 3.5)

    def ask(_):
        try:
            alice.ask(PROMPT)
        except BudgetExceeded:
            return 0
        finally:
            connections.close_all()
        return 1

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(20))) == 3

    period.refresh_from_db()
    assert period.held == 3 * UPPER_BOUND
    assert_books_balance(alice.membership.account_id)


def test_a_members_own_budget_counts_beside_the_accounts(alice):
    limit(alice, 10)
    mine = limit(alice, 1, member=alice.membership.user)
    alice.ask(PROMPT)

    with pytest.raises(BudgetExceeded, match="your budget"):
        alice.ask(PROMPT)

    mine.refresh_from_db()
    whole = BudgetPeriod.objects.get(account=mine.account, member=None)
    assert mine.held == whole.held == UPPER_BOUND


def test_a_limit_lowered_after_the_request_stops_the_call(alice, emulator):
    limit(alice, 1)
    generation = alice.ask(PROMPT)
    limit(alice, 0.5)

    alice.work(generation)

    assert generation.state == State.FAILED
    (attempt,) = attempts_of(generation)
    assert (attempt.state, attempt.error["code"]) == (Attempt.State.RELEASED, "budget")
    assert emulator.charges(generation_id=str(generation.pk)) == []
    assert_books_balance(generation.account_id)


def test_a_call_that_was_not_billed_gives_its_money_back(alice):
    period = limit(alice, 1)
    generation = alice.ask(PROMPT)
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)

    outcomes.fail(claim=claim, error={"code": "credentials"})

    period.refresh_from_db()
    assert (period.held, period.settled) == (0, 0)
    alice.ask(PROMPT)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_ledger_refuses_to_be_changed(alice, change):
    alice.ask(PROMPT)
    entries = LedgerEntry.objects.all()

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        entries.update(amount=0) if change == "update" else entries.delete()

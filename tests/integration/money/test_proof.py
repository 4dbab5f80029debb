"""`check_ledger` agrees with what the services did, and finds each way to differ."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from imagestudio.money.models import Basis, BudgetPeriod, Hold, LedgerEntry
from imagestudio.money.services import adjust, release, settle
from tests.integration.money.conftest import hold


@pytest.fixture
def book(team, creator, owner) -> Hold:
    """Every kind of entry of two members; a hold that is settled."""
    hold(team, creator, 10)
    release(hold=hold(team, owner, 20))
    settle(hold=hold(team, owner, 30), amount=25, kind=LedgerEntry.Kind.WRITE_OFF)
    one = hold(team, creator, 40)
    settle(hold=one, amount=50)
    adjust(hold=one, difference=-5, basis=Basis.GATEWAY_LOG)
    return one


def said() -> str:
    """What the command says; its status is 0 or 1."""
    output = StringIO()
    try:
        call_command("check_ledger", stdout=output)
    except CommandError as error:
        return f"{output.getvalue()}{error} ({error.returncode})"
    return output.getvalue()


def test_what_the_services_did_agrees(book):
    assert said() == "3 periods, 4 holds, 8 entries agree.\n"


def test_an_empty_ledger_agrees(db):
    assert said() == "0 periods, 0 holds, 0 entries agree.\n"


@pytest.mark.parametrize("counter", ["held", "settled"])
@pytest.mark.parametrize("whose", ["account", "member"])
def test_a_counter_that_was_changed_is_found(book, counter, whose):
    period = book.period if whose == "account" else book.member_period
    BudgetPeriod.objects.filter(pk=period.pk).update(**{counter: getattr(period, counter) + 1000})
    words = said()
    assert f"{counter} " in words
    assert book.account.slug in words
    assert (book.user.email in words) == (whose == "member")
    assert words.endswith("1 differences in 3 periods, 4 holds, 8 entries. (1)")


@pytest.mark.parametrize("state", ["held", "released"])
def test_a_hold_that_does_not_stand_as_its_entries_say_is_found(book, state):
    Hold.objects.filter(pk=book.pk).update(state=state)
    assert f"hold {book.pk} is {state}, but its entries say otherwise" in said()


def test_an_entry_that_was_added_is_found_at_its_hold_and_its_periods(book):
    LedgerEntry.objects.create(
        account=book.account,
        hold=book,
        period=book.period,
        kind="write_off",
        amount=7,
        basis="estimate",
    )
    words = said()
    assert f"hold {book.pk} is settled" in words
    assert "3 differences" in words


def test_a_hold_in_somebody_elses_period_is_found(book, owner):
    stranger = BudgetPeriod.objects.get(member=owner)
    Hold.objects.filter(pk=book.pk).update(member_period=stranger)
    assert f"hold {book.pk} stands in a period that is not its own" in said()


def test_it_only_reads(book):
    statements = []

    def watch(execute, sql, params, many, context):
        statements.append(sql.split(maxsplit=1)[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        said()

    assert set(statements) <= {"SELECT", "WITH"}

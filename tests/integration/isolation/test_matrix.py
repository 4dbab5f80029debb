"""Who may do what: every route, every method, every kind of caller."""

import re
from collections.abc import Iterable

import pytest

from tests.integration.isolation.addresses import routes
from tests.integration.isolation.contents import contents
from tests.integration.isolation.stage import CALLERS, INSIDERS, Stage
from tests.integration.isolation.table import METHODS, SAFE, Row, read_table

pytestmark = pytest.mark.django_db

TABLE = read_table()
READS = [row for row in TABLE.rows if row.method == SAFE]
DEEDS = [row for row in TABLE.rows if row.method != SAFE]
# Staff leave a note of what they looked at, and programs of when they were here last.
LOOKERS = ("owner", "viewer", "anon", "stranger")
OWN = [route for route in routes() if not route.startswith(("accounts/", "admin/"))]
NO_ID = "019aa1b2-0000-7000-8000-000000000000"
PLACEHOLDER = re.compile(r"<[^>]+>|\(\?P<[^>]+>[^)]*\)")


@pytest.mark.parametrize("route", routes())
def test_every_route_says_who_may_use_it(route: str) -> None:
    assert TABLE.lists(route)


def test_every_row_is_a_route() -> None:
    assert {row.route for row in TABLE.rows} <= set(routes())


@pytest.mark.parametrize("row", TABLE.rows, ids=str)
def test_every_row_names_every_caller(row: Row) -> None:
    assert set(row.expected) == set(CALLERS)


@pytest.mark.parametrize("row", DEEDS, ids=str)
def test_every_caller_gets_what_the_table_says(stage: Stage, row: Row) -> None:
    assert wrong_answers(stage, row, CALLERS) == {}


@pytest.mark.parametrize("row", READS, ids=str)
def test_u17_so_does_who_looks_and_nothing_is_changed_by_it(stage: Stage, row: Row) -> None:
    stage.filled(row.address)
    before = contents()
    wrong = wrong_answers(stage, row, LOOKERS)
    after = contents()
    wrong |= wrong_answers(stage, row, [one for one in CALLERS if one not in LOOKERS])
    assert wrong == {}
    assert {table for table in before if before[table] != after[table]} == set()


def wrong_answers(stage: Stage, row: Row, callers: Iterable[str]) -> dict[str, str]:
    """Return what is wrong with the answer to each of these callers, where something is."""
    wrong = {}
    for caller in callers:
        answer = stage.ask(row, caller)
        if answer.status not in row.expected[caller]:
            wrong[caller] = f"{answer.status} and not {row.expected[caller]}"
        if answer.is_marked and caller not in INSIDERS:
            wrong[caller] = f"{answer.status} shows what is private"
    return wrong


@pytest.mark.parametrize("route", [route for route in routes() if TABLE.family(route)])
def test_a_family_of_routes_has_one_rule(stage: Stage, route: str) -> None:
    address = f"/{PLACEHOLDER.sub(NO_ID, route).replace('^', '').replace('$', '')}"
    expected = TABLE.families[TABLE.family(route) or ""]
    row = Row(route, SAFE, address, expected)
    found = {caller: stage.ask(row, caller).status for caller in CALLERS}
    assert not {
        caller: status for caller, status in found.items() if status not in expected[caller]
    }


@pytest.mark.parametrize("route", OWN)
def test_other_methods_are_not_taken(stage: Stage, route: str) -> None:
    rows = [row for row in TABLE.rows if row.route == route]
    for method in set(METHODS) - {row.method for row in rows}:
        answer = stage.ask(Row(route, method, rows[0].address, {}), "owner")
        assert answer.status in {404, 405}, method


@pytest.mark.parametrize("row", DEEDS, ids=str)
def test_u15_nothing_changes_by_a_cookie_alone(stage: Stage, row: Row) -> None:
    answer = stage.ask(row, "owner", checks_csrf=True)
    assert answer.status in ({404} if "api/nothing" in row.address else {403})

"""The account, its budgets, and what was spent, for programs."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client

from imagestudio.accounts.models import Membership, Role, Scope
from imagestudio.money.models import BudgetRequest
from imagestudio.money.services import ask_for_budget, set_budget, settle, take_hold
from tests.factories import bearer

JSON = "application/json"


@pytest.fixture
def spent(cast, team):
    """The creator has spent 70 micro-dollars, and 20 are held."""
    user = cast.user(Role.CREATOR)
    for amount, cost in ((100, 70), (20, None)):
        one = take_hold(account=team, user=user, attempt_id=uuid4(), amount=amount, model="m")
        if cost is not None:
            settle(hold=one, amount=cost)
    return team


def at(team, path=""):
    return f"/api/v1/account{path}?account={team.slug}"


def test_the_account_names_itself_and_the_callers_role(api, team):
    body = api.get("/api/v1/account").json()
    assert (body["slug"], body["role"], body["kind"]) == (team.slug, "creator", "team")


def test_the_budget_is_that_of_the_account_and_of_the_caller(api, cast, spent):
    set_budget(account=spent, limit=200)
    set_budget(account=spent, member=cast.user(Role.CREATOR), limit=80)
    body = api.get("/api/v1/account/budget").json()
    figures = {"settled_micros": 70, "held_micros": 20}
    assert body["account"].items() >= {"limit_micros": 200, "left_micros": 110, **figures}.items()
    mine = {"limit_micros": 80, "left_micros": 0, "over_micros": 10, **figures}
    assert body["member"].items() >= mine.items()


def test_an_owner_lists_the_members_and_sets_a_limit(cast, spent):
    owner, creator = cast.signed_in(Role.OWNER), cast.user(Role.CREATOR)
    address = at(spent, f"/members/{creator.pk}/budget")
    changed = owner.put(address, {"limit_micros": 500}, JSON)
    assert (changed.status_code, changed.json()["limit_micros"]) == (200, 500)
    listed = owner.get(at(spent, "/members/budgets")).json()["items"]
    found = {one["email"]: one["budget"] for one in listed}
    assert found[creator.email].items() >= {"limit_micros": 500, "settled_micros": 70}.items()
    assert found[cast.user(Role.OWNER).email]["limit_micros"] is None
    removed = owner.put(address, {"limit_micros": None}, JSON)
    assert removed.json()["limit_micros"] is None


@pytest.mark.parametrize("limit", [-1, 1.5, "25", 10**13, True])
def test_a_limit_is_a_whole_number_of_micro_dollars(cast, team, limit):
    address = at(team, f"/members/{cast.user(Role.CREATOR).pk}/budget")
    answer = cast.signed_in(Role.OWNER).put(address, {"limit_micros": limit}, JSON)
    assert answer.status_code == 422


def test_somebody_who_is_no_member_has_no_limit_here(cast, team):
    address = at(team, f"/members/{cast.user('stranger').pk}/budget")
    answer = cast.signed_in(Role.OWNER).put(address, {"limit_micros": 1}, JSON)
    assert (answer.status_code, answer.json()["code"]) == (404, "member_not_found")


def test_the_accounts_limit_is_the_operators(cast, team):
    body = {"limit_micros": 900}
    refused = cast.signed_in(Role.OWNER).put(at(team, "/budget"), body, JSON)
    assert (refused.status_code, refused.json()["code"]) == (403, "operators_only")
    Membership.objects.create(account=team, user=cast.user("operator"), role=Role.VIEWER)
    done = cast.signed_in("operator").put(at(team, "/budget"), body, JSON)
    assert (done.status_code, done.json()["limit_micros"]) == (200, 900)


def test_asking_under_a_key_is_one_request(api, cast, team):
    set_budget(account=team, limit=1)

    def ask(key="one", **body):
        headers = {"Idempotency-Key": key}
        return api.post("/api/v1/account/budget/requests", body, JSON, headers=headers)

    first, again = ask(amount_micros=5, note="More"), ask(amount_micros=5, note="More")
    assert (first.status_code, again["Idempotency-Replayed"]) == (201, "true")
    assert first.json() == again.json()
    assert first.json().items() >= {"whose": "account", "amount_micros": 5, "note": "More"}.items()
    assert ask(note="Other").status_code == 422
    assert BudgetRequest.objects.count() == 1


def test_without_a_limit_asking_is_a_conflict(api, db):
    answer = api.post("/api/v1/account/budget/requests", {}, JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "no_limit")


def test_a_member_sees_what_they_asked_and_an_owner_all_of_it(api, cast, team):
    set_budget(account=team, limit=1)
    for name in (Role.CREATOR, Role.ADMIN):
        ask_for_budget(membership=cast.membership(name))
    address = "/api/v1/account/budget/requests"
    assert len(api.get(address).json()["items"]) == 1
    owner = Client(headers=bearer(cast.membership(Role.OWNER), Scope.ACCOUNT_READ))
    assert len(owner.get(address).json()["items"]) == 2


def test_an_owner_answers(cast, team):
    set_budget(account=team, member=cast.user(Role.CREATOR), limit=1)
    asked = ask_for_budget(membership=cast.membership(Role.CREATOR))
    address = at(team, f"/budget/requests/{asked.pk}/answer")
    owner = cast.signed_in(Role.OWNER)
    done = owner.post(address, {"limit_micros": None}, JSON)
    assert (done.status_code, done.json()["granted"]) == (200, False)
    again = owner.post(address, {"limit_micros": 7}, JSON)
    assert (again.status_code, again.json()["code"]) == (409, "budget_request_answered")


@pytest.mark.parametrize("by", ["day", "member", "model"])
def test_usage_adds_up_however_it_is_sorted(api, cast, spent, by):
    today = datetime.now(UTC).date().isoformat()
    body = api.get(f"/api/v1/account/usage?from={today}&to={today}&by={by}").json()
    keys = {"day": today, "member": str(cast.user(Role.CREATOR).pk), "model": "m"}
    (item,) = body["items"]
    assert item["key"] == keys[by]
    assert item["figures"] == body["total"]
    assert body["total"].items() >= {"spent_micros": 70, "held_micros": 20, "calls": 1}.items()
    assert (body["from"], body["to"], body["by"]) == (today, today, by)


def test_usage_is_of_this_month_unless_asked_otherwise(api, spent):
    body = api.get("/api/v1/account/usage").json()
    today = datetime.now(UTC).date()
    assert (body["from"], body["to"]) == (today.replace(day=1).isoformat(), today.isoformat())
    assert body["total"]["spent_micros"] == 70


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-11-02&to=2026-11-01",
        "from=x&to=y",
        "from=2026-11-01&to=2026-11-01&by=hour",
        "from=2026-11-01&to=2026-11-01&first=1",
    ],
)
def test_usage_of_days_that_make_no_sense_is_refused(api, query):
    assert api.get(f"/api/v1/account/usage?{query}").status_code == 422

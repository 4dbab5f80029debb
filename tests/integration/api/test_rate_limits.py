"""A program that calls too often is told so, and told when to come back."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from imagestudio.accounts.models import CallCount, Role, Scope
from tests.factories import Cast, bearer

ADDRESS = "/api/v1/models"


@pytest.fixture(autouse=True)
def three_a_minute(settings) -> None:
    settings.API_CALLS_PER_MINUTE = 3


def test_the_fourth_call_is_one_too_many(api: Client) -> None:
    answers = [api.get(ADDRESS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    refused = answers[-1]
    assert refused.json()["code"] == "rate_limited"
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Retry-After"] == refused["RateLimit-Reset"]


def test_a_new_minute_is_a_new_allowance(api: Client) -> None:
    for _ in range(4):
        api.get(ADDRESS)
    CallCount.objects.update(minute=F("minute") - timedelta(minutes=1))
    assert api.get(ADDRESS).status_code == 200


def test_another_token_has_its_own(api: Client, cast: Cast) -> None:
    for _ in range(4):
        api.get(ADDRESS)
    other = Client(headers=bearer(cast.membership(Role.OWNER), Scope.GENERATE))
    assert other.get(ADDRESS).status_code == 200


def test_all_tokens_of_an_account_together_have_five_times_it(cast: Cast) -> None:
    statuses = []
    for _ in range(6):
        one = Client(headers=bearer(cast.membership(Role.OWNER), Scope.GENERATE))
        statuses += [one.get(ADDRESS).status_code for _ in range(3)]
    assert statuses == [200] * 15 + [429] * 3


def test_people_are_not_counted(cast: Cast) -> None:
    browser = cast.signed_in(Role.VIEWER)
    answers = [browser.get(ADDRESS) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit-Limit" not in answers[0]

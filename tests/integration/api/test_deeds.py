"""POST /api/v1/generations/<id>/cancel, retry, dismiss."""

import pytest
from django.test import Client

from generations.models import Attempt, State
from imagestudio.accounts.models import Role
from imagestudio.money.models import Hold
from tests.factories import Cast, make_generation

ADDRESS = "/api/v1/generations"

OUTCOMES = [
    ("cancel", State.QUEUED, 200, "cancelled"),
    ("cancel", State.RUNNING, 200, "running"),
    ("cancel", State.CANCELLED, 200, "cancelled"),
    ("cancel", State.COMPLETED, 409, "completed"),
    ("cancel", State.FAILED, 409, "failed"),
    ("cancel", State.REFUSED, 409, "refused"),
    ("cancel", State.UNKNOWN, 409, "unknown"),
    ("retry", State.QUEUED, 409, "queued"),
    ("retry", State.RUNNING, 409, "running"),
    ("retry", State.CANCELLED, 409, "cancelled"),
    ("retry", State.COMPLETED, 409, "completed"),
    ("retry", State.FAILED, 202, "queued"),
    ("retry", State.REFUSED, 202, "queued"),
    ("retry", State.UNKNOWN, 202, "queued"),
    ("dismiss", State.QUEUED, 409, "queued"),
    ("dismiss", State.RUNNING, 409, "running"),
    ("dismiss", State.CANCELLED, 409, "cancelled"),
    ("dismiss", State.COMPLETED, 409, "completed"),
    ("dismiss", State.FAILED, 200, "failed"),
    ("dismiss", State.REFUSED, 200, "refused"),
    ("dismiss", State.UNKNOWN, 200, "unknown"),
]


@pytest.mark.parametrize(
    ("deed", "before", "status", "after"),
    OUTCOMES,
    ids=[f"{deed}-{before}" for deed, before, *_ in OUTCOMES],
)
def test_what_each_state_allows(
    api: Client, cast: Cast, deed: str, before: State, status: int, after: str
) -> None:
    generation = make_generation(cast.membership(Role.OWNER), state=before)
    answer = api.post(f"{ADDRESS}/{generation.pk}/{deed}")
    assert answer.status_code == status
    assert (answer.status_code == 409) == (answer.json().get("code") == "state")
    generation.refresh_from_db()
    assert generation.state == after


def test_cancelling_gives_the_money_back(api: Client, cast: Cast) -> None:
    generation = make_generation(cast.membership(Role.CREATOR))
    api.post(f"{ADDRESS}/{generation.pk}/cancel")
    assert Hold.objects.get().state == Hold.State.RELEASED


def test_retrying_takes_a_new_attempt_with_a_new_hold(api: Client, cast: Cast) -> None:
    generation = make_generation(cast.membership(Role.CREATOR), state=State.FAILED)
    body = api.post(f"{ADDRESS}/{generation.pk}/retry").json()
    assert [attempt["number"] for attempt in body["attempts"]] == [1, 2]
    assert Hold.objects.count() == 2


def test_a_retry_with_a_key_happens_once(api: Client, cast: Cast) -> None:
    generation = make_generation(cast.membership(Role.CREATOR), state=State.FAILED)
    address, headers = f"{ADDRESS}/{generation.pk}/retry", {"Idempotency-Key": "again"}
    first = api.post(address, headers=headers)
    second = api.post(address, headers=headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second["Idempotency-Replayed"] == "true"
    assert first.json() == second.json()
    assert Attempt.objects.count() == 2


def test_dismissing_a_lost_one_gives_its_money_up(api: Client, cast: Cast) -> None:
    generation = make_generation(cast.membership(Role.CREATOR), state=State.UNKNOWN)
    body = api.post(f"{ADDRESS}/{generation.pk}/dismiss").json()
    assert body["dismissed_at"] is not None
    assert body["attempts"][0]["state"] == "written_off"
    assert body["cost_micros"] == body["estimate_micros"]


@pytest.mark.parametrize("deed", ["cancel", "retry", "dismiss"])
def test_a_viewer_may_look_but_not_act(cast: Cast, deed: str) -> None:
    generation = make_generation(cast.membership(Role.OWNER), state=State.FAILED)
    viewer = cast.signed_in(Role.VIEWER)
    answer = viewer.post(f"{ADDRESS}/{generation.pk}/{deed}?account={cast.team.slug}")
    assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
    assert viewer.get(f"{ADDRESS}/{generation.pk}?account={cast.team.slug}").status_code == 200


@pytest.mark.parametrize("deed", ["delete", "publish", "cancel/"])
def test_other_deeds_do_not_exist(api: Client, cast: Cast, deed: str) -> None:
    generation = make_generation(cast.membership(Role.CREATOR))
    answer = api.post(f"{ADDRESS}/{generation.pk}/{deed}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_address")

"""`Idempotency-Key`: the same creating request twice is one deed."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.utils import timezone

from generations.exceptions import PromptBlocked
from generations.models import Batch, Generation
from imagestudio.accounts.models import IdempotencyKey, Role, Scope
from imagestudio.accounts.services import idempotency
from imagestudio.library.models import Image
from imagestudio.moderation.models import Screening
from imagestudio.moderation.services.screening import screen
from imagestudio.money.models import Hold
from imagestudio.money.services import set_budget
from tests.factories import Cast, bearer, make_cast, paint
from tests.threads import at_once

ADDRESS = "/api/v1/generations"


def post(client: Client, key: str | None = "one", *, prompt: str = "A fox", path: str = ADDRESS):
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(path, {"prompt": prompt}, "application/json", headers=headers)


def test_a_repeat_gets_the_first_answer(api: Client) -> None:
    first, again = post(api), post(api)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first["Location"] == again["Location"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Batch.objects.count() == Hold.objects.count() == 1


def test_the_order_of_fields_does_not_make_another_request(api: Client) -> None:
    headers = {"Idempotency-Key": "one"}
    for body in (b'{"prompt": "a", "count": 2}', b'{"count":2,  "prompt":"a", "size":"auto"}'):
        answer = api.post(ADDRESS, body, content_type="application/json", headers=headers)
        assert answer.status_code == 202
    assert Batch.objects.count() == 1


def test_u2_another_body_under_the_same_key(api: Client) -> None:
    post(api)
    answer = post(api, prompt="A wolf")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert Generation.objects.count() == 1


def test_u4_another_account_has_its_own_keys(api: Client, cast: Cast) -> None:
    other = Client(headers=bearer(cast.membership_of_stranger(), Scope.GENERATE))
    assert post(api).json()["batch_id"] != post(other).json()["batch_id"]


def test_nobody_gets_the_answer_that_another_member_got(api: Client, cast: Cast) -> None:
    post(api)
    other = Client(headers=bearer(cast.membership(Role.ADMIN), Scope.GENERATE))
    answer = post(other)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert Generation.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "ключ", "a\x00b", "a\tb"])
def test_u6_keys_that_are_none(api: Client, key: str) -> None:
    answer = post(api, key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key")
    assert not Generation.objects.exists()
    assert not IdempotencyKey.objects.exists()


def test_u7_after_a_day_a_key_is_new(api: Client) -> None:
    first = post(api).json()
    IdempotencyKey.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert post(api).json()["batch_id"] != first["batch_id"]


def test_u8_a_refused_request_does_not_use_its_key_up(api: Client, cast: Cast) -> None:
    assert post(api, prompt=" ").status_code == 422
    set_budget(account=cast.team, limit=0)
    assert post(api).status_code == 402
    set_budget(account=cast.team, limit=None)
    assert post(api).status_code == 202


def test_u9_another_route_is_another_deed(api: Client) -> None:
    picture, headers = {"data": b64encode(paint()).decode()}, {"Idempotency-Key": "one"}
    assert post(api).status_code == 202
    uploaded = api.post("/api/v1/images", picture, "application/json", headers=headers)
    assert uploaded.status_code == 201
    again = api.post("/api/v1/images", picture, "application/json", headers=headers)
    assert (again.status_code, again.json()) == (201, uploaded.json())
    assert Image.objects.count() == 1


@pytest.mark.usefixtures("rows")
def test_u1_fifty_at_once_are_one_deed() -> None:
    headers = bearer(make_cast().membership(Role.CREATOR), Scope.GENERATE)
    answers = at_once(50, lambda: post(Client(headers=headers)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(answers) == 50
    assert len({answer.content for answer in answers}) == 1
    assert Batch.objects.count() == Hold.objects.count() == 1


@pytest.mark.usefixtures("rows")
def test_u3_a_wait_that_is_too_long_is_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "LONGEST_WAIT", "200ms")
    member = make_cast().membership(Role.CREATOR)
    headers = bearer(member, Scope.GENERATE)
    with transaction.atomic():  # the first request is still at work
        idempotency.claim(
            account=member.account, route="POST /generations", key="one", digest=bytes(32)
        )
        (answer,) = at_once(1, lambda: post(Client(headers=headers)))
    assert (answer.status_code, answer.json()["code"]) == (409, "still_at_work")


@pytest.mark.usefixtures("rows")
def test_u10_twenty_at_once_with_money_for_three() -> None:
    member = make_cast().membership(Role.CREATOR)
    client = Client(headers=bearer(member, Scope.GENERATE))
    price = client.post("/api/v1/estimates", {"prompt": "A fox"}, "application/json").json()
    set_budget(account=member.account, limit=3 * price["hold_micros"])
    headers = bearer(member, Scope.GENERATE)
    answers = at_once(20, lambda: post(Client(headers=headers), None))
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [402] * 17
    assert Hold.objects.count() == Generation.objects.count() == 3
    refused = next(answer for answer in answers if answer.status_code == 402).json()
    assert refused["code"] == "budget_exceeded"
    assert refused["needed_micros"] == price["hold_micros"]


def test_a_refusal_that_commits_leaves_its_trace_and_no_key(cast: Cast) -> None:
    member = cast.membership(Role.CREATOR)

    def blocked() -> idempotency.Reply:
        screen(account=member.account, user=member.user, text="A forbidden fox")
        raise PromptBlocked

    with pytest.raises(PromptBlocked):
        idempotency.once(membership=member, route="test", key="one", request=b"", deed=blocked)
    assert Screening.objects.count() == 1
    assert not IdempotencyKey.objects.exists()


def test_another_picture_under_the_same_key_is_refused_and_not_stored(api: Client) -> None:
    def ask(data: bytes):
        body = {"prompt": "A fox", "sources": [{"data": b64encode(data).decode()}]}
        return api.post(ADDRESS, body, "application/json", headers={"Idempotency-Key": "one"})

    first = paint()
    assert (ask(first).status_code, ask(first).status_code) == (202, 202)
    before = stored_keys()
    assert ask(paint()).json()["code"] == "idempotency_mismatch"
    assert stored_keys() == before


def stored_keys() -> set[str]:
    """Return what lies in storage as uploads."""
    return set(default_storage.listdir("uploads")[1])

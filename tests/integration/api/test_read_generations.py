"""GET /api/v1/generations: what was asked for, and what became of it."""

from uuid import uuid4

import pytest
from django.test import Client

from generations.models import State
from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from tests.factories import Cast, make_generation, make_image

ADDRESS = "/api/v1/generations"


def test_a_completed_one_shows_its_picture_and_the_gateways_answer(api: Client, cast: Cast) -> None:
    source = make_image(cast.team, cast.user(Role.OWNER))
    done = make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED, sources=[source])
    body = api.get(f"{ADDRESS}/{done.pk}").json()
    assert body["state"] == "completed"
    assert body["result"]["image_id"] == body["result"]["image"]["id"] == str(done.image_id)
    assert body["result"]["image"]["urls"]["original"].endswith("/original")
    assert body["cost_micros"] == body["estimate_micros"] > 0
    assert (body["cost_basis"], body["currency"]) == ("estimate", "USD")
    assert body["failure"] is None
    (attempt,) = body["attempts"]
    assert attempt["answer"] == {
        "state": "Completed",
        "result": {"image": "https://pictures.example.test/one.png"},
        "gatewayMetadata": {"keySource": "Unified"},
    }
    assert (attempt["key_source"], attempt["gateway_log_id"]) == ("Unified", "01JTESTLOG")
    assert attempt["sent_at"] <= attempt["answered_at"]


def test_a_source_that_a_decision_hides_is_not_named(api: Client, cast: Cast) -> None:
    sources = [make_image(cast.team, cast.user(Role.OWNER)) for _ in range(2)]
    done = make_generation(cast.membership(Role.CREATOR), sources=sources)
    Image.objects.filter(pk=sources[0].pk).update(moderation="hidden_all")
    body = api.get(f"{ADDRESS}/{done.pk}").json()
    assert [(one["position"], one["image_id"]) for one in body["sources"]] == [
        (1, None),
        (2, str(sources[1].pk)),
    ]
    assert str(sources[0].pk) not in str(api.get(ADDRESS).json())


@pytest.mark.parametrize(
    ("state", "code", "actions"),
    [
        (State.FAILED, "credentials", ["retry", "dismiss"]),
        (State.REFUSED, "refused", ["change_prompt", "dismiss"]),
        (State.UNKNOWN, "unknown_outcome", ["run_again", "dismiss"]),
    ],
)
def test_a_bad_end_comes_with_words_and_actions(
    api: Client, cast: Cast, state: State, code: str, actions: list[str]
) -> None:
    generation = make_generation(cast.membership(Role.CREATOR), state=state)
    body = api.get(f"{ADDRESS}/{generation.pk}").json()
    assert body["failure"]["code"] == code
    assert body["failure"]["actions"] == actions
    assert body["failure"]["sentence"].endswith(".")
    assert body["result"] is None
    assert body["attempts"][0]["error"]["code"] == code


def test_the_list_comes_in_pages_the_last_one_first(api: Client, cast: Cast) -> None:
    made = [make_generation(cast.membership(Role.OWNER)) for _ in range(3)]
    first = api.get(ADDRESS, {"limit": 2}).json()
    second = api.get(ADDRESS, {"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["id"] for one in first["items"] + second["items"]] == [
        str(one.pk) for one in reversed(made)
    ]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "failed"}, {"failed"}),
        ({"state": "completed"}, set()),
        ({"model": "gpt-image-1.5"}, {"other-model"}),
        ({"model": "openai/gpt-image-2"}, {"waiting", "failed"}),
        ({"model": "gpt-image-2", "state": "queued"}, {"waiting"}),
    ],
)
def test_filters(api: Client, cast: Cast, query: dict[str, str], found: set[str]) -> None:
    member = cast.membership(Role.CREATOR)
    made = {
        "waiting": make_generation(member),
        "failed": make_generation(member, state=State.FAILED),
        "other-model": make_generation(member, model="openai/gpt-image-1.5"),
    }
    items = api.get(ADDRESS, query).json()["items"]
    assert {one["id"] for one in items} == {str(made[name].pk) for name in found}


def test_a_batch(api: Client, cast: Cast) -> None:
    make_generation(cast.membership(Role.CREATOR))
    mine = make_generation(cast.membership(Role.CREATOR))
    items = api.get(ADDRESS, {"batch": str(mine.batch_id)}).json()["items"]
    assert [one["id"] for one in items] == [str(mine.pk)]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "done"},
        {"state": "\0"},
        {"batch": "1"},
        {"model": "gpt-image-9"},
        {"model": "\0"},
        {"limit": "1e3"},
        {"order_by": "user__password"},
        {"prompt__regex": "(a+)+$"},
    ],
    ids=str,
)
def test_u31_bad_queries_are_refused(api: Client, query: dict[str, str]) -> None:
    assert api.get(ADDRESS, query).status_code == 422


def test_a_page_costs_the_same_whatever_its_length(
    api: Client, cast: Cast, django_assert_num_queries
) -> None:
    for _ in range(4):
        make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    api.get(ADDRESS)  # notes that the token is used, once a minute
    # token, membership, the count of calls;
    # the page, its attempts, their entries, its sources
    for limit in (1, 4):
        with django_assert_num_queries(6):
            assert len(api.get(ADDRESS, {"limit": limit}).json()["items"]) == limit


@pytest.mark.parametrize("deed", ["", "/cancel", "/retry", "/dismiss"])
def test_u23_a_foreign_one_looks_like_none(api: Client, cast: Cast, deed: str) -> None:
    foreign = make_generation(cast.membership_of_stranger(), state=State.FAILED)
    call = api.post if deed else api.get
    theirs, none = (call(f"{ADDRESS}/{key}{deed}") for key in (foreign.pk, uuid4()))
    assert theirs.status_code == none.status_code == 404
    first, second = theirs.json(), none.json()
    del first["request_id"], second["request_id"]
    assert first == second

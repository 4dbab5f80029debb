"""GET /api/v1/models and POST /api/v1/estimates: what can be had, and for how much."""

import pytest
from django.test import Client

from generations.models import Generation
from imagestudio.accounts.models import Role
from imagestudio.moderation.models import Screening
from imagestudio.money.models import Hold
from tests.factories import Cast, make_image

ADDRESS = "/api/v1/estimates"


def ask(api: Client, **body: object):
    return api.post(ADDRESS, {"prompt": "A fox", **body}, content_type="application/json")


def test_the_catalogue_says_what_each_model_can_and_cannot_do(api: Client) -> None:
    newest, older = api.get("/api/v1/models").json()["items"]
    assert (newest["id"], newest["is_default"]) == ("openai/gpt-image-2", True)
    assert "transparent" not in newest["backgrounds"]
    assert [one["value"] for one in newest["cannot"]] == ["transparent"]
    assert "gpt-image-1.5" in newest["cannot"][0]["message"]
    assert older["best_effort"] == ["background", "output_format"]
    assert newest["prices"]["image_out"] == 30_000_000
    assert newest["links"]["terms"].startswith("https://")
    assert newest["max_sources"] == 16


def test_an_estimate_is_labelled_and_broken_down(api: Client) -> None:
    body = ask(api, quality="high", size="1024x1024", count=4).json()
    assert body["is_estimate"] is True
    assert (body["model"], body["currency"]) == ("openai/gpt-image-2", "USD")
    assert body["cost_micros"] == sum(body["breakdown"].values())
    assert body["total_micros"] == 4 * body["cost_micros"]
    assert body["hold_micros"] >= body["cost_micros"]
    assert body["total_hold_micros"] == 4 * body["hold_micros"]


def test_sources_make_it_dearer(api: Client, cast: Cast) -> None:
    source = {"image_id": str(make_image(cast.team, cast.user(Role.OWNER)).pk)}
    alone, edit = ask(api).json(), ask(api, sources=[source, source]).json()
    assert alone["breakdown"]["image_in_micros"] == 0
    assert edit["breakdown"]["image_in_micros"] > 0


def test_what_is_estimated_is_what_is_held(api: Client) -> None:
    estimate = ask(api, count=2).json()
    api.post(
        "/api/v1/generations", {"prompt": "A fox", "count": 2}, content_type="application/json"
    )
    assert sum(hold.amount for hold in Hold.objects.all()) == estimate["total_hold_micros"]


def test_asking_stores_nothing_and_holds_nothing(api: Client) -> None:
    assert ask(api).status_code == 200
    assert not any(model.objects.exists() for model in (Generation, Hold, Screening))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"background": "transparent"}, 422),
        ({"count": 17}, 422),
        ({"prompt": ""}, 422),
        ({"sources": [{"image_id": "019aa1b2-0000-7000-8000-000000000000"}]}, 422),
        ({"parent_id": "019aa1b2-0000-7000-8000-000000000000"}, 404),
        ({"wait": 1}, 422),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_fulfilled_has_no_price(
    api: Client, body: dict[str, object], status: int
) -> None:
    assert ask(api, **body).status_code == status

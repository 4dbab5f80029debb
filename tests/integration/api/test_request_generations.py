"""POST /api/v1/generations: asking for pictures."""

import base64
from typing import Any

import pytest
from django.test import Client

from generations.models import Attempt, Batch, Generation
from imagestudio.accounts.models import Role
from imagestudio.library.models import File, Image
from imagestudio.moderation.models import Screening
from imagestudio.money.models import Hold
from tests.factories import Cast, make_generation, make_image, paint

ADDRESS = "/api/v1/generations"
RAW = base64.b64encode(paint(colour="#336699")).decode()


def post(api: Client, body: Any, **headers: str) -> Any:
    return api.post(ADDRESS, body, content_type="application/json", headers=headers)


def nothing_was_stored() -> bool:
    return not any(
        model.objects.exists() for model in (Screening, Batch, Generation, Attempt, Hold)
    )


def test_a_prompt_is_enough(api: Client, cast: Cast) -> None:
    answer = post(api, {"prompt": "A red fox in the snow"})
    assert answer.status_code == 202
    body = answer.json()
    (made,) = body["generations"]
    assert answer["Location"] == f"{ADDRESS}?batch={body['batch_id']}"
    assert made["state"] == "queued"
    assert made["model"] == "openai/gpt-image-2"
    assert made["parameters"] == {
        "quality": "auto",
        "size": "auto",
        "background": "auto",
        "output_format": "png",
    }
    assert made["created_by"] == str(cast.user(Role.CREATOR).pk)
    assert made["estimate_micros"] > 0
    assert made["cost_micros"] is None
    assert [attempt["state"] for attempt in made["attempts"]] == ["reserved"]
    assert made["failure"] is None
    assert made["result"] is None


def test_several_at_once_are_one_batch(api: Client, team) -> None:
    body = post(api, {"prompt": "A fox", "count": 3}).json()
    assert len(body["generations"]) == 3
    assert {one["batch_id"] for one in body["generations"]} == {body["batch_id"]}
    assert Generation.objects.owned_by(team).count() == Hold.objects.count() == 3


def test_sources_keep_their_order(api: Client, cast: Cast) -> None:
    first, second = (make_image(cast.team, cast.user(Role.OWNER)) for _ in range(2))
    body = post(
        api,
        {
            "prompt": "Put the logo on the mug",
            "sources": [
                {"image_id": str(second.pk), "role": "subject"},
                {"data": f"data:image/png;base64,{RAW}"},
                {"image_id": str(first.pk), "role": "logo"},
            ],
        },
    ).json()
    (made,) = body["generations"]
    uploaded = Image.objects.exclude(pk__in=[first.pk, second.pk]).get()
    assert made["sources"] == [
        {"position": 1, "image_id": str(second.pk), "role": "subject"},
        {"position": 2, "image_id": str(uploaded.pk), "role": ""},
        {"position": 3, "image_id": str(first.pk), "role": "logo"},
    ]


def test_the_same_source_may_come_twice(api: Client, team) -> None:
    answer = post(api, {"prompt": "Twins", "sources": [{"data": RAW}, {"data": RAW}]})
    assert answer.status_code == 202
    assert File.objects.owned_by(team).count() == 1


def test_a_parent_is_remembered(api: Client, cast: Cast) -> None:
    parent = make_generation(cast.membership(Role.OWNER))
    body = post(api, {"prompt": "Again, at night", "parent_id": str(parent.pk)}).json()
    assert body["generations"][0]["parent_id"] == str(parent.pk)


BAD_BODIES = {
    "nothing": ({}, "prompt"),
    "empty-prompt": ({"prompt": "  "}, "prompt"),
    "prompt-null": ({"prompt": None}, "prompt"),
    "prompt-number": ({"prompt": 5}, "prompt"),
    "prompt-nul": ({"prompt": "a\0b"}, "prompt"),
    "prompt-too-long": ({"prompt": "a" * 32_001}, "prompt"),
    "U11-count-zero": ({"prompt": "a", "count": 0}, "count"),
    "U11-count-negative": ({"prompt": "a", "count": -1}, "count"),
    "U11-count-huge": ({"prompt": "a", "count": 10**30}, "count"),
    "U11-count-float": ({"prompt": "a", "count": 1.5}, "count"),
    "U11-count-text": ({"prompt": "a", "count": "2"}, "count"),
    "U11-count-true": ({"prompt": "a", "count": True}, "count"),
    "U11-quality": ({"prompt": "a", "quality": "best"}, "quality"),
    "U11-size": ({"prompt": "a", "size": "2048x2048"}, "size"),
    "transparent": ({"prompt": "a", "background": "transparent"}, "background"),
    "format": ({"prompt": "a", "output_format": "gif"}, "output_format"),
    "model": ({"prompt": "a", "model": "openai/gpt-image-9"}, "model"),
    "model-nul": ({"prompt": "a", "model": "a\0"}, "model"),
    "U11-account": ({"prompt": "a", "account": "other"}, "account"),
    "U11-cost": ({"prompt": "a", "cost": 0}, "cost"),
    "U11-state": ({"prompt": "a", "state": "completed"}, "state"),
    "U11-is_public": ({"prompt": "a", "is_public": True}, "is_public"),
    "U11-owner": ({"prompt": "a", "owner": "me"}, "owner"),
    "I24-mask": ({"prompt": "a", "mask": RAW}, "mask"),
    "album": ({"prompt": "a", "album_id": "019aa1b2-0000-7000-8000-000000000000"}, ""),
    "17-sources": ({"prompt": "a", "sources": [{"data": RAW}] * 17}, "sources"),
    "source-empty": ({"prompt": "a", "sources": [{}]}, "sources.0"),
    "source-both": (
        {
            "prompt": "a",
            "sources": [{"data": RAW, "image_id": "019aa1b2-0000-7000-8000-000000000000"}],
        },
        "sources.0",
    ),
    "source-bad-id": ({"prompt": "a", "sources": [{"image_id": "1"}]}, "sources.0.image_id"),
    "source-unknown-field": (
        {"prompt": "a", "sources": [{"data": RAW, "url": "x"}]},
        "sources.0.url",
    ),
    "source-role-nul": (
        {"prompt": "a", "sources": [{"data": RAW, "role": "a\0"}]},
        "sources.0.role",
    ),
    "source-role-long": (
        {"prompt": "a", "sources": [{"data": RAW, "role": "a" * 21}]},
        "sources.0.role",
    ),
    "sources-text": ({"prompt": "a", "sources": RAW}, "sources"),
    "parent-bad-id": ({"prompt": "a", "parent_id": "../1"}, "parent_id"),
    "B7-empty": ({"prompt": "a", "sources": [{"data": ""}]}, "sources.0.data"),
    "B10-url-safe": ({"prompt": "a", "sources": [{"data": "__--"}]}, "sources.0.data"),
    "B16-number": ({"prompt": "a", "sources": [{"data": 7}]}, "sources.0.data"),
    "B16-list": ({"prompt": "a", "sources": [{"data": [RAW]}]}, "sources.0.data"),
    "B17-address": (
        {"prompt": "a", "sources": [{"data": "https://example.test/a.png"}]},
        "sources.0.data",
    ),
}


@pytest.mark.parametrize(("body", "field"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_bad_body_names_its_field_and_stores_nothing(api: Client, body, field: str) -> None:
    answer = post(api, body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert field in [one["field"] for one in answer.json()["errors"]]
    assert nothing_was_stored()


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("data:text/html;base64,PGI+", 415, "unsupported_media"),
        ("data:image/svg+xml;base64,PHN2Zz4=", 415, "unsupported_media"),
        (base64.b64encode(b"%PDF-1.7 not a picture").decode(), 415, "unsupported_media"),
        (base64.b64encode(paint()[:60]).decode(), 422, "truncated"),
        ("A" * 28_000_000, 413, "too_large"),
    ],
    ids=["B3", "B4", "I18", "I2", "B14"],
)
def test_bad_picture_stores_nothing(api: Client, text: str, status: int, code: str) -> None:
    answer = post(api, {"prompt": "a", "sources": [{"data": text}]})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert nothing_was_stored()
    assert not File.objects.exists()


def test_transparent_background_names_the_model_that_can(api: Client) -> None:
    answer = post(api, {"prompt": "a", "background": "transparent"})
    assert "gpt-image-1.5" in answer.json()["detail"]


def test_albums_are_refused_in_their_own_words(api: Client) -> None:
    answer = post(api, {"prompt": "a", "album_id": "019aa1b2-0000-7000-8000-000000000000"})
    assert "no albums" in answer.json()["detail"]


@pytest.mark.parametrize("which", ["foreign", "missing"])
def test_u22_foreign_source_looks_like_a_missing_one(api: Client, cast: Cast, which: str) -> None:
    foreign = make_image(cast.others, cast.user("stranger")).pk
    image_id = str(foreign) if which == "foreign" else "019aa1b2-0000-7000-8000-000000000000"
    answer = post(api, {"prompt": "a", "sources": [{"image_id": image_id}]})
    assert answer.status_code == 422
    body = answer.json()
    del body["request_id"]
    assert body == {
        "type": "/api/v1/errors#source_not_found",
        "title": "A source is not in this library",
        "status": 422,
        "detail": "A source is not in this account's library.",
        "code": "source_not_found",
        "errors": [
            {
                "field": "sources.0",
                "code": "not_found",
                "message": "Image 1 is not in the library.",
            }
        ],
    }


@pytest.mark.parametrize("which", ["foreign", "missing"])
def test_u22_foreign_parent_looks_like_a_missing_one(api: Client, cast: Cast, which: str) -> None:
    foreign = make_generation(cast.membership_of_stranger()).pk
    parent_id = str(foreign) if which == "foreign" else "019aa1b2-0000-7000-8000-000000000000"
    answer = post(api, {"prompt": "a", "parent_id": parent_id})
    assert (answer.status_code, answer.json()["code"]) == (404, "generation_not_found")


@pytest.mark.parametrize("path", [ADDRESS, "/api/v1/estimates", "/api/v1/images"])
def test_a_body_of_very_many_fields_gets_a_short_answer(api: Client, path: str) -> None:
    body = {f"k{number}": number for number in range(20_000)}
    answer = api.post(path, body, content_type="application/json")
    assert answer.status_code == 400
    assert len(answer.content) < 1_000


def test_of_many_wrong_fields_the_first_are_named(api: Client) -> None:
    body = {"prompt": "A fox", **{f"k{number}": number for number in range(2_000)}}
    answer = post(api, body)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100
    assert nothing_was_stored()

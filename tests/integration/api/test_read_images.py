"""GET /api/v1/images…: the library and its bytes."""

from itertools import pairwise
from uuid import uuid4

import pytest
from django.test import Client

from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from tests.factories import Cast, make_image, make_rendition, paint

ADDRESS = "/api/v1/images"


@pytest.fixture
def image(cast: Cast) -> Image:
    return make_image(cast.team, cast.user(Role.OWNER), data=paint(40, 30, kind="PNG"))


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_list_comes_in_pages_newest_first(api: Client, cast: Cast) -> None:
    made = [make_image(cast.team, cast.user(Role.OWNER)) for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(ADDRESS, {"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [str(one.pk) for one in reversed(made)]


def test_the_list_is_stable_while_pictures_arrive(api: Client, cast: Cast) -> None:
    for _ in range(3):
        make_image(cast.team, cast.user(Role.OWNER))
    first = api.get(ADDRESS, {"limit": 2}).json()
    make_image(cast.team, cast.user(Role.OWNER))
    second = api.get(ADDRESS, {"limit": 2, "cursor": first["next_cursor"]}).json()
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 3


def test_words_behind_a_hyphen_are_left_out(api: Client, cast: Cast) -> None:
    for title in ("a fox", "a fox in snow", "snow at 12:30"):
        make_image(cast.team, cast.user(Role.OWNER), title=title)
    for query, titles in (
        ("-snow", {"a fox"}),
        ("fox -snow", {"a fox"}),
        ("snow -fox", {"snow at 12:30"}),
        ("12:30", {"snow at 12:30"}),
        ("-12:30 snow", {"a fox in snow"}),
        ("-fox -snow", set()),
    ):
        page = api.get(ADDRESS, {"q": query, "facets": 1}).json()
        assert {one["title"] for one in page["items"]} == titles, query
        assert page["facets"]["total"] == len(titles), query


@pytest.mark.parametrize(
    ("query", "field"),
    [("fox foo:bar", "q"), ("is:blue", "q"), ("-tag:fox", "q"), ("from:never", "from")],
)
def test_an_operator_that_means_nothing_is_named(api: Client, query: str, field: str) -> None:
    answer = api.get(ADDRESS, {"q": query})
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [
        (field, "unknown_value")
    ]


def test_pictures_in_the_trash_are_not_listed(api: Client, image: Image) -> None:
    Image.objects.update(trashed_at=image.added_at)
    assert api.get(ADDRESS).json() == {"items": [], "next_cursor": None, "facets": None}


def test_a_page_costs_the_same_whatever_its_length(
    api: Client, cast: Cast, django_assert_num_queries
) -> None:
    for _ in range(5):
        make_image(cast.team, cast.user(Role.OWNER))
    api.get(ADDRESS)  # notes that the token is used, once a minute
    # token, membership, the count of calls, the page's keys, its rows, and their tags
    for limit in (1, 5):
        with django_assert_num_queries(6):
            assert len(api.get(ADDRESS, {"limit": limit}).json()["items"]) == limit


BAD_QUERIES = {
    "limit-0": {"limit": "0"},
    "limit-101": {"limit": "101"},
    "limit-text": {"limit": "all"},
    "limit-huge": {"limit": "9" * 400},
    "cursor-nonsense": {"cursor": "nonsense"},
    "cursor-long": {"cursor": "A" * 10_000},
    "cursor-nul": {"cursor": "\0"},
    "U31-order": {"order_by": "account__slug"},
    "U31-operator": {"title__startswith": "a"},
    "U31-page": {"page": "1000000"},
}


@pytest.mark.parametrize("query", BAD_QUERIES.values(), ids=BAD_QUERIES)
def test_bad_queries_are_refused(api: Client, query: dict[str, str]) -> None:
    answer = api.get(ADDRESS, query)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_u31_a_cursor_of_another_account_is_none_of_ours(api: Client, cast: Cast) -> None:
    for account, user in ((cast.team, Role.OWNER), (cast.others, "stranger")):
        for _ in range(2):
            make_image(account, cast.user(user))
    theirs = (
        cast.signed_in("stranger")
        .get(ADDRESS, {"limit": 1, "account": cast.others.slug})
        .json()["next_cursor"]
    )
    answer = api.get(ADDRESS, {"cursor": theirs})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_one_picture(api: Client, image: Image) -> None:
    body = api.get(f"{ADDRESS}/{image.pk}").json()
    assert body["urls"] == {
        "original": f"{ADDRESS}/{image.pk}/original",
        "download": f"{ADDRESS}/{image.pk}/original?download=1",
        "renditions": {
            side: f"{ADDRESS}/{image.pk}/renditions/{side}" for side in ("256", "512", "1024")
        },
    }


def test_addresses_for_a_browser_name_the_account(cast: Cast, image: Image) -> None:
    browser = cast.signed_in(Role.VIEWER)
    urls = browser.get(f"{ADDRESS}/{image.pk}", {"account": cast.team.slug}).json()["urls"]
    assert urls["original"].endswith(f"/original?account={cast.team.slug}")
    assert browser.head(urls["download"]).status_code == 200
    assert browser.head(urls["renditions"]["512"]).status_code == 200


def test_the_original_is_what_is_stored(api: Client, image: Image) -> None:
    answer = api.get(f"{ADDRESS}/{image.pk}/original")
    data = body_of(answer)
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Length"] == str(len(data)) == str(image.file.bytes)
    assert answer["Cache-Control"].startswith("private")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert data.startswith(b"\x89PNG")


def test_a_range_of_the_original(api: Client, image: Image) -> None:
    whole = body_of(api.get(f"{ADDRESS}/{image.pk}/original"))
    answer = api.get(f"{ADDRESS}/{image.pk}/original", headers={"Range": "bytes=2-5"})
    assert (answer.status_code, body_of(answer)) == (206, whole[2:6])
    beyond = api.get(f"{ADDRESS}/{image.pk}/original", headers={"Range": "bytes=9999999-"})
    assert beyond.status_code == 416


def test_an_unchanged_original_is_not_sent_again(api: Client, image: Image) -> None:
    etag = api.head(f"{ADDRESS}/{image.pk}/original")["ETag"]
    again = api.get(f"{ADDRESS}/{image.pk}/original", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_a_rendition_and_what_stands_in_for_one(api: Client, image: Image) -> None:
    made = api.get(f"{ADDRESS}/{image.pk}/renditions/256")
    assert (made["Content-Type"], body_of(made)[8:12]) == ("image/webp", b"WEBP")
    missing = api.get(f"{ADDRESS}/{image.pk}/renditions/512")
    assert (missing["Content-Type"], body_of(missing)[1:4]) == ("image/png", b"PNG")
    assert "no-cache" in missing["Cache-Control"]
    make_rendition(image.file, "512")
    assert api.head(f"{ADDRESS}/{image.pk}/renditions/512")["Content-Type"] == "image/webp"


@pytest.mark.parametrize("name", ["0", "2048", "256.webp", "..%2F..%2Fetc", "%00"])
def test_other_names_of_renditions_are_not_there(api: Client, image: Image, name: str) -> None:
    assert api.get(f"{ADDRESS}/{image.pk}/renditions/{name}").status_code == 404


@pytest.mark.parametrize("path", ["", "/original", "/renditions/256"])
def test_u23_a_foreign_picture_looks_like_none(api: Client, cast: Cast, path: str) -> None:
    foreign = make_image(cast.others, cast.user("stranger"))
    theirs, none = (api.get(f"{ADDRESS}/{key}{path}") for key in (foreign.pk, uuid4()))
    assert theirs.status_code == none.status_code == 404
    first, second = theirs.json(), none.json()
    del first["request_id"], second["request_id"]
    assert first == second


def test_times_are_in_utc_and_ids_in_order(api: Client, cast: Cast) -> None:
    for _ in range(3):
        make_image(cast.team, cast.user(Role.OWNER))
    items = api.get(ADDRESS).json()["items"]
    assert all(one["added_at"].endswith("Z") for one in items)
    assert all(newer["id"] > older["id"] for newer, older in pairwise(items))

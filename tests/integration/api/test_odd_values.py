"""Odd values: times at the ends of the calendar, zones that the database does not know, NUL."""

import pytest

from imagestudio.accounts.models import Role
from tests.factories import make_image

pytestmark = pytest.mark.django_db

TIMES = ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-01-01T00:00:00-23:59"]


@pytest.fixture
def image(cast, team):
    return make_image(team, cast.user(Role.CREATOR))


@pytest.mark.parametrize(
    "query", ["to=9999-12-31", "to=9999-12", "at=9999-12", "q=from:9999-12-31"]
)
@pytest.mark.parametrize("part", ["", "facets", "months", "picker"])
def test_no_page_of_the_library_minds_the_last_day(creator_client, image, query, part):
    address = f"/a/{image.account.slug}/library/{part}?{query}"
    assert creator_client.get(address).status_code == 200


@pytest.mark.parametrize("until", TIMES)
@pytest.mark.parametrize("address", ["changes", "exports"])
def test_a_selection_until_then(api, image, address, until):
    body = {"matching": "", "until": until} | ({"deed": "trash"} if address == "changes" else {})
    answer = api.post(f"/api/v1/{address}", body, "application/json")
    assert answer.status_code in {200, 404, 422}


@pytest.mark.parametrize("until", [*TIMES, "2027-01-01T00:00:00-23:59"])
def test_a_link_until_then(api, image, until):
    body = {"image_id": str(image.pk), "expires_at": until}
    answer = api.post("/api/v1/shares", body, "application/json")
    assert answer.status_code == (201 if until.startswith("2027") else 422)


@pytest.mark.parametrize("matching", ["to=9999-12", "from=9999-12-31", "a&" * 1500, "tags=fox"])
@pytest.mark.parametrize("address", ["changes", "exports"])
def test_a_query_that_is_misunderstood_selects_nothing(api, image, address, matching):
    body = {"matching": matching} | ({"deed": "trash"} if address == "changes" else {})
    answer = api.post(f"/api/v1/{address}", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_selection")


def test_tags_that_begin_with_nul(api):
    assert api.get("/api/v1/tags?q=%00").status_code == 422

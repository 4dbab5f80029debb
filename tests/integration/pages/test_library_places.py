"""Beginning the library at a month, a day or a picture, and going on in both directions."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from tests.factories import make_image

HTMX = {"headers": {"HX-Request": "true"}}
LAST = datetime(2026, 10, 31, 12, tzinfo=UTC)


@pytest.fixture
def images(cast, team):
    """Return 100 images, the newest first: one of each day up to the end of October."""
    one = make_image(team, cast.user(Role.CREATOR))
    copied = ("account", "file", "created_by", "origin", "format", "width", "height", "placeholder")
    copies = [
        Image(
            added_at=LAST - timedelta(days=number), **{name: getattr(one, name) for name in copied}
        )
        for number in range(100)
    ]
    one.delete()
    return Image.objects.bulk_create(copies)


def shown(page):
    """Return the ids of the pictures on a page."""
    return [image.pk for day in page.context["days"] for image in day.images]


@pytest.mark.parametrize(
    ("at", "first"), [("2026-09", 31), ("2026-10-05", 26), ("2027-01", 0), ("2026-8-1", 91)]
)
def test_the_list_begins_at_a_month_or_a_day(window, team, images, at, first):
    page = window.get(f"/a/{team.slug}/library/?at={at}")
    assert shown(page)[0] == images[first].pk


def test_the_oldest_first_begin_at_the_first_day_of_a_month(window, team, images):
    page = window.get(f"/a/{team.slug}/library/?sort=oldest&at=2026-09")
    assert shown(page)[0] == images[60].pk


def test_the_list_begins_at_a_picture_and_goes_on_both_ways(window, team, images):
    address = f"/a/{team.slug}/library/"
    page = window.get(f"{address}?at={images[50].pk}")
    ids = [image.pk for image in images]
    assert shown(page) == ids[50:90]
    older = window.get(f"{address}?cursor={page.context['next_cursor']}", **HTMX)
    assert shown(older) == ids[90:]
    newer = window.get(f"{address}?newer={page.context['newer_cursor']}", **HTMX)
    assert shown(newer) == ids[10:50]
    newest = window.get(f"{address}?newer={newer.context['newer_cursor']}", **HTMX)
    assert shown(newest) == ids[:10]
    assert newest.context["newer_cursor"] is None


def test_a_picture_that_was_trashed_still_names_its_place(window, team, images):
    Image.objects.filter(pk=images[50].pk).update(trashed_at=LAST)
    page = window.get(f"/a/{team.slug}/library/?at={images[50].pk}")
    assert shown(page)[0] == images[51].pk


def test_a_picture_of_others_is_no_place(window, team, cast, images):
    foreign = make_image(cast.others, cast.user("stranger"), added_at=LAST - timedelta(days=50))
    for key in (foreign.pk, uuid4(), "nonsense", "2026-13", "é"):
        assert shown(window.get(f"/a/{team.slug}/library/?at={key}"))[0] == images[0].pk


def test_without_a_script_nothing_newer_leads_to_the_beginning(window, team, images):
    page = window.get(f"/a/{team.slug}/library/?at={images[0].pk}")
    address = f"/a/{team.slug}/library/?newer={page.context['newer_cursor']}"
    assert window.get(address).status_code == 302


def test_months_are_told_with_their_counts(window, team, images):
    found = window.get(f"/a/{team.slug}/library/months").json()
    assert [one["month"] for one in found] == ["2026-10", "2026-09", "2026-08", "2026-07"]
    assert [one["count"] for one in found] == [31, 30, 31, 8]


def test_over_the_grid_a_picture_is_shown_without_its_frame(window, team, images):
    html = window.get(f"/a/{team.slug}/images/{images[3].pk}/", **HTMX).content.decode()
    assert "<html" not in html
    assert 'class="picture-page"' in html

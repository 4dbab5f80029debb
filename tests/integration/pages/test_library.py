"""The library: days, pages, the picker, and what an empty one says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from tests.factories import make_image

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def images(cast, team):
    """Return 130 images of three days, newest first."""
    one = make_image(team, cast.user(Role.CREATOR))
    now = timezone.now().replace(hour=12)
    copies = [
        Image(
            account=team,
            file=one.file,
            created_by=one.created_by,
            origin=one.origin,
            title=f"Number {number}",
            format=one.format,
            width=one.width,
            height=one.height,
            placeholder=one.placeholder,
            added_at=now - timedelta(days=number // 50, seconds=number),
        )
        for number in range(130)
    ]
    one.delete()
    return Image.objects.bulk_create(copies)


def test_days_have_their_headings_and_pages_go_on_within_a_day(window, team, images):
    first = window.get(f"/a/{team.slug}/library/")
    assert [len(day.images) for day in first.context["days"]] == [40]
    cursor = first.context["next_cursor"]
    second = window.get(f"/a/{team.slug}/library/?cursor={cursor}", **HTMX)
    days = second.context["days"]
    assert [(len(day.images), day.goes_on) for day in days] == [(10, True), (30, False)]
    assert second.content.decode().count("<h2") == 1
    assert "<html" not in second.content.decode()


def test_pages_hold_every_picture_once(window, team, images):
    seen, cursor = [], ""
    while cursor is not None:
        page = window.get(f"/a/{team.slug}/library/?cursor={cursor}")
        seen += [image.pk for day in page.context["days"] for image in day.images]
        cursor = page.context["next_cursor"]
    assert seen == [image.pk for image in images]


def test_the_trash_is_left_out(window, team, images):
    Image.objects.update(trashed_at=timezone.now())
    page = window.get(f"/a/{team.slug}/library/").content.decode()
    assert "Every picture that you make or upload is kept here." in page


@pytest.mark.parametrize("path", ["library/", "library/picker", "", "activity/"])
@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "a" * 5000])
def test_a_cursor_that_is_none_is_refused(window, team, path, cursor):
    assert window.get(f"/a/{team.slug}/{path}?cursor={cursor}", **HTMX).status_code == 422


def test_the_picker_pages_too(window, team, images):
    first = window.get(f"/a/{team.slug}/library/picker")
    assert len(first.context["images"]) == 24
    second = window.get(f"/a/{team.slug}/library/picker?cursor={first.context['next_cursor']}")
    assert "<ul" not in second.content.decode()


def test_what_people_write_is_text_on_the_page(window, team, cast):
    title = "\"><script>alert('x')</script>"
    image = make_image(team, cast.user(Role.CREATOR), title=title)
    for path in ("library/", "library/picker", f"images/{image.pk}/"):
        html = window.get(f"/a/{team.slug}/{path}").content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_an_operator_becomes_a_chip_only_when_it_is_typed(window, team, images):
    typing = {"headers": HTMX["headers"] | {"HX-Target": "results", "HX-Trigger": "library-search"}}
    path = f"/a/{team.slug}/library/?origin=generated&q=tag:se+number"
    half = window.get(path, **typing)
    assert half.context["hidden"] == [("origin", "generated")]
    assert [chip.query for chip in half.context["chips"]] == ["q=number&tag=se"]
    entered = window.get(f"{path}&enter=1", **typing)
    assert entered.context["hidden"] == [("origin", "generated"), ("tag", "se")]
    assert 'data-words="number"' in entered.content.decode()
    assert "data-words" not in half.content.decode()


def test_an_operator_that_there_is_not_is_named_and_left_out(window, team, images):
    page = window.get(f"/a/{team.slug}/library/?q=foo:bar+number")
    assert '<code class="break">foo:bar</code>' in page.content.decode()
    assert page.context["filters"].words == "number"


def test_back_fetches_a_whole_page(window, team, images):
    page = window.get(f"/a/{team.slug}/library/").content.decode()
    assert '"refreshOnHistoryMiss":true' in page

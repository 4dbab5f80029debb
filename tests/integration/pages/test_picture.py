"""The page of one picture: asked and got, sources, what became of it, neighbours."""

import pytest

from generations.catalogue import Parameters
from generations.models import State
from imagestudio.accounts.models import Role
from tests.factories import make_generation, make_image


@pytest.fixture
def made(cast, team):
    """Return a finished edit of one source."""
    source = make_image(team, cast.user(Role.CREATOR), title="The source")
    return make_generation(
        cast.membership(Role.CREATOR),
        state=State.COMPLETED,
        sources=[source],
        model="openai/gpt-image-1.5",
        parameters=Parameters(background="transparent", output_format="webp"),
    )


def test_it_says_what_was_asked_for_and_what_came(window, team, made):
    page = window.get(f"/a/{team.slug}/images/{made.image_id}/")
    remarks = [pair.remark for pair in page.context["pairs"] if pair.remark]
    assert remarks == [
        "Not the format that was asked for.",
        "Asked for a transparent background, but the picture came back opaque.",
    ]
    html = page.content.decode()
    assert all(remark in html for remark in remarks)


def test_it_shows_the_gateways_answer(window, team, made):
    html = window.get(f"/a/{team.slug}/images/{made.image_id}/").content.decode()
    for word in ("Completed", "Unified", "https://pictures.example.test/one.png", "01JTESTLOG"):
        assert word in html


def test_sources_and_what_was_made_of_them_lead_to_each_other(window, team, made):
    source = made.sources.get().image
    child = window.get(f"/a/{team.slug}/images/{made.image_id}/").content.decode()
    parent = window.get(f"/a/{team.slug}/images/{source.pk}/").content.decode()
    assert f"/a/{team.slug}/images/{source.pk}/" in child
    assert f"/a/{team.slug}/images/{made.image_id}/" in parent
    assert "Used for" in parent


def test_an_upload_has_a_page_without_a_generation(window, team, cast):
    image = make_image(team, cast.user(Role.CREATOR), title="Only mine")
    html = window.get(f"/a/{team.slug}/images/{image.pk}/").content.decode()
    assert "Only mine" in html
    assert "Reuse everything" not in html


def test_neighbours_are_in_the_order_of_the_library(window, team, cast):
    first, second, third = (make_image(team, cast.user(Role.CREATOR)) for _ in range(3))
    beside = window.get(f"/a/{team.slug}/images/{second.pk}/").context["beside"]
    assert (beside.newer, beside.older) == (third, first)


def test_somebody_elses_picture_is_not_found(window, team, cast):
    theirs = make_image(cast.others, cast.user("stranger"))
    response = window.get(f"/a/{team.slug}/images/{theirs.pk}/")
    assert response.status_code == 404
    assert str(theirs.pk) not in response.content.decode()

"""Cancel, retry and dismiss, as buttons of a tile and of a row."""

import pytest

from generations.models import State
from imagestudio.accounts.models import Role
from tests.factories import make_generation, personal

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.mark.parametrize(
    ("state", "deed", "after"),
    [
        (State.QUEUED, "cancel", State.CANCELLED),
        (State.FAILED, "retry", State.QUEUED),
        (State.UNKNOWN, "retry", State.QUEUED),
        (State.REFUSED, "dismiss", State.REFUSED),
    ],
)
def test_a_deed_is_done_and_leads_back(post, team, cast, state, deed, after):
    generation = make_generation(cast.membership(Role.CREATOR), state=state)
    path = f"/a/{team.slug}/generations/{generation.pk}/{deed}"
    assert post(path)["Location"] == f"/a/{team.slug}/"
    generation.refresh_from_db()
    assert generation.state == after


def test_scripts_get_the_tile_as_it_is_now_or_nothing(post, team, cast):
    failed = make_generation(cast.membership(Role.CREATOR), state=State.FAILED)
    path = f"/a/{team.slug}/generations/{failed.pk}"
    assert 'data-state="queued"' in post(f"{path}/retry", **HTMX).content.decode()
    assert post(f"{path}/cancel", **HTMX).content == b""


def test_a_row_of_activity_stays_after_every_deed(post, team, cast):
    generation = make_generation(cast.membership(Role.CREATOR))
    path = f"/a/{team.slug}/generations/{generation.pk}/cancel"
    html = post(path, {"shape": "row"}, **HTMX).content.decode()
    assert "Cancelled. Nothing was billed." in html


def test_what_the_state_forbids_is_said(post, team, cast):
    generation = make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    path = f"/a/{team.slug}/generations/{generation.pk}/retry"
    response = post(path, **HTMX)
    assert response.status_code == 409
    assert response["HX-Retarget"] == "#notices"
    assert "Only what failed" in response.content.decode()
    assert "Only what failed" in post(path, follow=True).content.decode()


@pytest.mark.parametrize("deed", ["cancel", "retry", "dismiss", "explode"])
def test_nothing_of_others_and_nothing_unknown(post, team, cast, deed):
    theirs = make_generation(personal(cast.user("stranger")))
    assert post(f"/a/{team.slug}/generations/{theirs.pk}/{deed}").status_code in (302, 404)
    theirs.refresh_from_db()
    assert theirs.state == State.QUEUED


def test_a_get_changes_nothing(window, team, cast):
    generation = make_generation(cast.membership(Role.CREATOR))
    for deed in ("cancel", "retry", "dismiss"):
        path = f"/a/{team.slug}/generations/{generation.pk}/{deed}"
        assert window.get(path).status_code == 405


def test_a_viewer_is_offered_nothing(cast, team):
    make_generation(cast.membership(Role.CREATOR), state=State.FAILED)
    html = cast.signed_in(Role.VIEWER).get(f"/a/{team.slug}/").content.decode()
    assert "tile-failed" in html
    assert "Dismiss" not in html


@pytest.mark.parametrize("deed", ["cancel", "retry", "dismiss"])
@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("stranger", 404), ("operator", 404)])
def test_whoever_may_not_make_pictures_changes_nothing(cast, team, deed, who, status):
    state = State.QUEUED if deed == "cancel" else State.UNKNOWN
    generation = make_generation(cast.membership(Role.CREATOR), state=state)
    path = f"/a/{team.slug}/generations/{generation.pk}/{deed}"
    answer = cast.signed_in(who).post(path, headers={"HX-Request": "true"})
    assert answer.status_code == status
    generation.refresh_from_db()
    assert (generation.state, generation.dismissed_at) == (state, None)
    assert generation.attempts.count() == 1

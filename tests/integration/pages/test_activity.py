"""Activity: all generations, what is under way first, filtered by state."""

from generations.models import State
from imagestudio.accounts.models import Role
from tests.factories import make_generation


def states(page):
    return [tile.generation.state for tile in page.context["tiles"]]


def test_what_is_under_way_comes_first(window, team, cast):
    member = cast.membership(Role.CREATOR)
    for state in (State.QUEUED, State.FAILED, State.CANCELLED, State.COMPLETED):
        make_generation(member, state=state)
    page = window.get(f"/a/{team.slug}/activity/")
    assert states(page) == ["queued", "completed", "cancelled", "failed"]


def test_a_filter_shows_one_state(window, team, cast):
    member = cast.membership(Role.CREATOR)
    for state in (State.QUEUED, State.FAILED, State.FAILED):
        make_generation(member, state=state)
    assert states(window.get(f"/a/{team.slug}/activity/?state=failed")) == ["failed", "failed"]
    assert states(window.get(f"/a/{team.slug}/activity/?state=queued")) == ["queued"]


def test_an_empty_filter_says_how_to_get_out(window, team):
    html = window.get(f"/a/{team.slug}/activity/?state=refused").content.decode()
    assert "Clear the filter" in html


def test_an_unknown_state_is_refused(window, team):
    assert window.get(f"/a/{team.slug}/activity/?state=lost").status_code == 422


def test_each_failure_is_told_in_words(window, team, cast):
    member = cast.membership(Role.CREATOR)
    for state in (State.FAILED, State.REFUSED, State.UNKNOWN):
        make_generation(member, state=state)
    html = window.get(f"/a/{team.slug}/activity/").content.decode()
    for words in ("Nothing was billed", "refused by a safety system", "may have been billed"):
        assert words in html


def test_what_the_gateway_did_not_accept_is_told_in_its_words_as_text(window, team, cast):
    generation = make_generation(cast.membership(Role.CREATOR), state=State.REFUSED)
    error = {"code": "refused", "message": "Too <b>bold</b>"}
    generation.attempts.update(error=error)
    for page in ("activity/", ""):
        html = window.get(f"/a/{team.slug}/{page}").content.decode()
        assert "The gateway said: Too &lt;b&gt;bold&lt;/b&gt;" in html

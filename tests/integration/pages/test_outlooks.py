"""What tiles, rows, the button and the API say of the line and of the time that it takes."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from generations.models import Attempt, Generation, State
from imagestudio.accounts.models import Role
from tests.factories import make_generation, personal

COMPOSED = {
    "prompt": "A fox",
    "model": "openai/gpt-image-2",
    "size": "auto",
    "quality": "auto",
    "background": "auto",
    "output_format": "png",
    "count": "1",
}


@pytest.fixture
def member(cast):
    return cast.membership(Role.CREATOR)


@pytest.fixture
def measured(member):
    """A picture was made, and its call took 40 seconds."""
    generation = make_generation(member, state=State.COMPLETED)
    ago = Now() - timedelta(minutes=5)
    Attempt.objects.filter(generation=generation).update(
        sent_at=ago, answered_at=ago + timedelta(seconds=40)
    )
    Generation.objects.filter(pk=generation.pk).update(
        admitted_at=ago, ended_at=ago + timedelta(seconds=40)
    )
    return generation


@pytest.fixture
def line(measured, member, settings):
    """One that runs and three that wait for its slot, the first one first."""
    settings.GATEWAY_SLOTS = 1
    running, *waiting = (make_generation(member) for _ in range(4))
    return running, *waiting


def words(html: str) -> list[str]:
    """What is said of each, in the order of the page."""
    return [plain(one) for one in re.findall(r'class="outlook[^>]*>([^<]*)<', html)]


def plain(text: str) -> str:
    """Return text with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_tiles_say_their_place_and_time(window, team, line):
    html = window.get(f"/a/{team.slug}/").content.decode()
    last, middle, first, running = words(html)
    assert first == "Waiting, next in line · about 1½ min"
    assert middle.startswith("Waiting, 2nd in line · about ")
    assert last.startswith("Waiting, 3rd in line · about ")
    assert running == "Sending · about 40 s left"


def test_rows_say_it_beside_their_state(window, team, line):
    html = window.get(f"/a/{team.slug}/activity/").content.decode()
    assert words(html)[-2:] == ["next in line · about 1½ min", "about 40 s left"]


def test_what_takes_longer_than_usual_is_said_in_words(window, team, member, measured):
    generation = make_generation(member, state=State.RUNNING)
    generation.attempts.update(sent_at=Now() - timedelta(seconds=45))
    html = window.get(f"/a/{team.slug}/").content.decode()
    assert words(html) == ["Sent, being made · taking longer than usual"]


def test_nothing_is_said_before_anything_was_measured(window, team, member, settings):
    settings.GATEWAY_SLOTS = 1
    for _ in range(2):
        make_generation(member)
    html = window.get(f"/a/{team.slug}/").content.decode()
    assert words(html) == ["Waiting, next in line", "Sending"]


def test_they_are_told_anew_for_all_of_a_page_at_once(window, team, cast, line):
    running, first, *_ = line
    theirs = make_generation(personal(cast.user("stranger")))
    ids = "&".join(f"id={key}" for key in (running.pk, first.pk, theirs.pk, "nonsense"))
    html = window.get(f"/a/{team.slug}/outlooks?{ids}").content.decode()
    # Somebody else who has nothing in flight goes first.
    assert set(words(html)) == {"Sending · about 40 s left", "Waiting, 2nd in line · about 2 min"}
    html = window.get(f"/a/{team.slug}/outlooks?shape=row&{ids}").content.decode()
    assert set(words(html)) == {"about 40 s left", "2nd in line · about 2 min"}
    assert str(theirs.pk) not in html


def test_the_button_and_the_preview_say_the_time(measured, post, team):
    html = post(f"/a/{team.slug}/composer/price", COMPOSED).content.decode()
    assert " · about 40 s" in plain(html)
    html = post(f"/a/{team.slug}/composer/preview", COMPOSED).content.decode()
    assert "About 40 s" in plain(html)


def test_they_say_no_time_when_there_is_none(post, team):
    html = post(f"/a/{team.slug}/composer/price", COMPOSED).content.decode()
    assert " s</span>" not in plain(html)
    html = post(f"/a/{team.slug}/composer/preview", COMPOSED).content.decode()
    assert "Nothing was measured yet" in html


def test_the_api_gives_both(api, line):
    running, first, second, _ = line
    listed = api.get("/api/v1/generations?state=queued").json()["items"]
    told = {one["id"]: (one["position"], one["expected_seconds"]) for one in listed}
    assert told[str(first.pk)] == (1, pytest.approx(80, abs=2))
    assert told[str(second.pk)][0] == 2
    body = api.get(f"/api/v1/generations/{running.pk}").json()
    assert (body["position"], body["expected_seconds"]) == (None, pytest.approx(40, abs=1))


def test_an_estimate_includes_the_wait(api, line):
    ask = {"prompt": "A fox", "quality": "auto"}
    behind = api.post("/api/v1/estimates", ask, "application/json").json()["expected_seconds"]
    assert behind == pytest.approx(5 * 40, rel=0.2)


def test_an_estimate_of_what_ended_or_was_never_measured_is_null(api, measured):
    body = api.get(f"/api/v1/generations/{measured.pk}").json()
    assert (body["position"], body["expected_seconds"]) == (None, None)
    ask = {"prompt": "A fox", "model": "gpt-image-1.5"}
    answer = api.post("/api/v1/estimates", ask, "application/json").json()
    assert answer["expected_seconds"] is None

"""Strikes on the pages of the panel, and on those of whom they count against."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.moderation.models import Case, Decision, StrikePlan, Threshold
from imagestudio.moderation.policies import STRIKING, Action, Measure, Reason
from imagestudio.moderation.services.cases import picture
from imagestudio.moderation.services.deciding import take_back
from imagestudio.moderation.services.strikes import simulating
from imagestudio.moderation.services.strikes.plans import FIRST
from imagestudio.moderation.services.weighing import weigh
from tests.factories import make_decision, make_image, make_plan
from tests.integration.pages.panel.steps import HIDE, PART, page, send

FIELDS = {
    "days": "90",
    "text": "A first try",
    **{f"reason_{one.value}": "1" for one in Reason},
    **{f"action_{one.value}": "1" for one in STRIKING},
    "points_warn": "1",
    "at_once_warn": "on",
    "points_suspend": "9",
}


@pytest.fixture
def senior(cast):
    """Return the window of a senior moderator."""
    return cast.signed_in("senior_moderator")


def hidden(cast, team, times):
    for _ in range(times):
        make_decision(picture(make_image(team, cast.user(Role.CREATOR))), cast.user("moderator"))


def test_a_plan_is_made_simulated_and_switched_on(cast, team, senior):
    hidden(cast, team, 2)
    assert "There is no plan yet." in page(senior, "strikes/")
    assert f'value="{FIRST.days}"' in page(senior, "strikes/new")
    assert senior.post("/moderation/strikes/new", FIELDS).status_code == 302
    plan = StrikePlan.objects.get()
    assert plan.levels == [Threshold(1, Measure.WARN, at_once=True), Threshold(9, Measure.SUSPEND)]
    address = f"/moderation/strikes/{plan.pk}/"
    assert "Not simulated yet." in page(senior, f"strikes/{plan.pk}/")
    refused = senior.post(f"{address}switch", {"switch": "on"})
    assert refused.status_code == 409
    assert "Simulate this plan first" in refused.content.decode()
    assert senior.post(f"{address}switch", {"switch": "maybe"}).status_code == 422
    part = senior.post(f"{address}simulate", headers=PART).content.decode()
    assert "<strong>1</strong> of 1 person" in part
    assert '<rect class="bar-1"' in part
    assert f'href="{address}people?least=1">1</a>' in part
    people = page(senior, f"strikes/{plan.pk}/people?least=1")
    assert "2 points at most, 2 now" in people
    assert "Nobody would have" in page(senior, f"strikes/{plan.pk}/people?least=3")
    assert senior.get(f"{address}people?least=x").status_code == 422
    assert senior.post(f"{address}switch", {"switch": "on"}).status_code == 302
    assert 'badge-good">In force' in page(senior, "strikes/")
    assert senior.post(f"{address}switch", {"switch": "off"}).status_code == 302
    assert StrikePlan.objects.in_force() is None


def test_a_long_simulation_shows_how_far_it_is(cast, team, senior, monkeypatch):
    monkeypatch.setattr(simulating, "SLICE", 1)
    monkeypatch.setattr(simulating, "AT_ONCE", 0)
    hidden(cast, team, 1)
    make_decision(picture(make_image(team, cast.user("viewer"))), cast.user("moderator"))
    plan = make_plan(cast)
    part = senior.post(f"/moderation/strikes/{plan.pk}/simulate", headers=PART).content.decode()
    assert '<progress value="1" max="2"' in part
    simulating.go_on(simulation_id=plan.simulations.get().pk)
    ended = senior.get(f"/moderation/strikes/{plan.pk}/simulation", headers=PART)
    assert "hx-trigger" not in ended.content.decode()


def test_what_is_wrong_is_said_beside_what_was_typed(cast, senior):
    for change in (
        {"days": ""},
        {"reason_hate": "-1"},
        {"points_suspend": "1"},
        {"points_warn": "", "points_suspend": ""},
        {"text": "x" * 301},
    ):
        answer = senior.post("/moderation/strikes/new", {**FIELDS, **change})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    assert not StrikePlan.objects.exists()
    other = make_plan(cast, days=77)
    assert 'value="77"' in page(senior, f"strikes/new?from={other.pk}")
    assert senior.get(f"/moderation/strikes/new?from={cast.team.pk}").status_code == 404


def test_moderators_see_plans_and_change_none(cast, desk):
    plan = make_plan(cast, is_on=True)
    assert "New plan" not in page(desk, "strikes/")
    assert "<form" not in page(desk, f"strikes/{plan.pk}/").split("</nav>", 1)[1].split("keys")[0]


def test_the_case_says_what_a_decision_would_add(cast, team, desk, case):
    make_plan(cast, is_on=True, thresholds=[Threshold(2, Measure.SUSPEND)])
    assert "0 of 2 points" in page(desk, f"cases/{case.pk}/")
    fields = {"version": case.version, **HIDE}
    before = send(desk, case, "preview", fields, headers=PART).content.decode()
    assert (
        "<strong>This would make 1 of 2 points</strong>, 0 until now. Suspend from 2 on." in before
    )
    hidden(cast, team, 1)
    after = send(desk, case, "preview", {**fields, "facts": ""}, headers=PART).content.decode()
    assert "This would make 2 points" in after
    assert "From 2 on “Suspend” is proposed in a case." in after
    assert "say what you saw" in after
    kept = send(desk, case, "preview", {**fields, "action": "keep"}, headers=PART).content.decode()
    assert "would make" not in kept


def test_what_strikes_propose_stands_in_the_form(cast, team, senior):
    make_plan(cast, is_on=True, thresholds=[Threshold(2, Measure.SUSPEND)])
    hidden(cast, team, 2)
    user = cast.user(Role.CREATOR)
    weigh(user_id=user.pk)
    case = Case.objects.unclosed().get(user=user)
    shown = page(senior, f"cases/{case.pk}/")
    assert "2 points of strikes have led here. From 2 on: <strong>Suspend</strong>" in shown
    assert 'value="suspend" required checked' in shown
    assert "add up to 2 points" in shown
    person = page(senior, f"people/{user.pk}/")
    assert "2 points, from 2 on · proposed" in person
    for one in Decision.objects.strikes_of(user):
        take_back(moderator=cast.user("operator"), decision_id=one.pk)
    shown = page(senior, f"cases/{case.pk}/")
    assert "now there are 0" in shown
    assert "required checked" not in shown


def test_a_person_sees_their_points_once_they_were_told(cast, team):
    window, user = cast.signed_in(Role.CREATOR), cast.user(Role.CREATOR)
    address = "/decisions/"
    assert "Points against you" not in window.get(address).content.decode()
    make_plan(cast, is_on=True, thresholds=[Threshold(3, Measure.REVIEW)])
    assert "You have none." in window.get(address).content.decode()
    hidden(cast, team, 2)
    shown = window.get(address).content.decode()
    assert "<strong>2 points</strong>. From 3 on a moderator considers all of it together." in shown
    answer = window.get("/api/v1/strikes").json()
    assert answer["points"] == 2
    assert answer["next"] == {"points": 3, "measure": "review", "at_once": False}
    assert {one["action"] for one in answer["strikes"]} == {Action.HIDE.value}
    notice = user.pk and answer["strikes"][0]["decision_id"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE moderation_notice SET sent_at = NULL WHERE decision_id = %s", [notice]
        )
    assert window.get("/api/v1/strikes").json()["points"] == 1
    assert "You have none." in cast.signed_in("viewer").get(address).content.decode()


@pytest.mark.parametrize("path", ["strikes/", "strikes/{}/people"])
def test_lists_take_as_many_statements_for_many_rows_as_for_few(cast, team, desk, path):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            page(desk, path.format(plan.pk))
        return len(captured)

    hidden(cast, team, 1)
    plan = make_plan(cast, is_simulated=True)
    few = statements()
    for name in ("viewer", "owner"):
        make_decision(picture(make_image(team, cast.user(name))), cast.user("moderator"))
    plan = make_plan(cast, is_simulated=True)
    assert statements() == few <= 10

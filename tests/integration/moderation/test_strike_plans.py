"""Plans of strikes: drafted, simulated over all that was decided, switched on by seniors."""

from datetime import timedelta

import pytest

from imagestudio.accounts.models import Role
from imagestudio.moderation.exceptions import (
    NoSuchPlan,
    PlanChanged,
    PlanInvalid,
    PlanUntried,
    RankTooLow,
)
from imagestudio.moderation.models import AuditEntry, Decision, Simulation, StrikePlan, Threshold
from imagestudio.moderation.policies import Action, Measure, Reason
from imagestudio.moderation.services.deciding import take_back
from imagestudio.moderation.services.strikes import plans, simulating
from imagestudio.moderation.services.strikes.plans import FIRST, Terms, checked, draft_plan
from imagestudio.moderation.services.strikes.simulating import begin_simulation, go_on, heights_of
from tests.factories import make_image, make_plan
from tests.integration.moderation.conftest import decided, later, told
from tests.threads import at_once

GOOD = {
    "reasons": {"hate": 1},
    "actions": {"hide": 1},
    "days": 30,
    "thresholds": [Threshold(3, Measure.WARN), Threshold(5, Measure.SUSPEND)],
}


def test_a_plan_is_drafted_simulated_and_switched_on(cast):
    senior = cast.user("senior_moderator")
    plan = draft_plan(moderator=senior, terms=FIRST)
    assert (plan.number, plan.state) == (1, "draft")
    with pytest.raises(PlanUntried):
        plans.switch_on(moderator=senior, plan_id=plan.pk)
    simulation = begin_simulation(moderator=senior, plan_id=plan.pk)
    assert (simulation.total, simulation.ended_at is None) == (0, False)
    plan = plans.switch_on(moderator=senior, plan_id=plan.pk)
    assert StrikePlan.objects.in_force() == plan
    second = make_plan(cast, is_on=True)
    plan.refresh_from_db()
    assert (second.number, plan.state, StrikePlan.objects.in_force()) == (2, "retired", second)
    assert plans.switch_off(moderator=senior, plan_id=second.pk).state == "retired"
    assert StrikePlan.objects.in_force() is None
    lines = AuditEntry.objects.filter(verb="planned").order_by("at", "id")
    assert [one.text for one in lines] == [
        *("Plan 1: drafted", "Plan 1: simulated", "Plan 1: in force"),
        *("Plan 2: drafted", "Plan 2: simulated", "Plan 1: switched off", "Plan 2: in force"),
        "Plan 2: switched off",
    ]


def test_a_simulation_counts_for_a_day(cast):
    plan = make_plan(cast, is_simulated=True)
    later(Simulation, plan.simulations.get().pk, ended_at=-timedelta(days=1, seconds=1))
    with pytest.raises(PlanUntried):
        plans.switch_on(moderator=cast.user("operator"), plan_id=plan.pk)


def test_two_plans_are_never_in_force(rows, cast):
    both = [make_plan(cast, is_simulated=True) for _ in range(2)]
    keys = [one.pk for one in both]
    senior = cast.user("senior_moderator")

    def one():
        try:
            return plans.switch_on(moderator=senior, plan_id=keys.pop()).state
        except PlanChanged:
            return "late"

    assert "in_force" in at_once(2, one)
    assert StrikePlan.objects.filter(state="in_force").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"reasons": {"hate": 0}},
        {"reasons": {"hate": -1}},
        {"reasons": {"hate": 101}},
        {"reasons": {"boredom": 1}},
        {"actions": {}},
        {"actions": {"suspend": 1}},
        {"actions": {"hide": 11}},
        {"days": 0},
        {"days": 3651},
        {"thresholds": []},
        {"thresholds": [Threshold(0, Measure.WARN)]},
        {"thresholds": [Threshold(10_001, Measure.WARN)]},
        {"thresholds": [Threshold(3, Measure.SUSPEND), Threshold(5, Measure.WARN)]},
        {"thresholds": [Threshold(3, Measure.WARN), Threshold(3, Measure.SUSPEND)]},
        {"thresholds": [Threshold(3, Measure.REVIEW, at_once=True)]},
        {"text": "x" * 301},
        {"text": "\0"},
    ],
)
def test_what_cannot_be_a_plan_is_none(change):
    assert checked(Terms(**GOOD)).days == 30
    with pytest.raises(PlanInvalid):
        checked(Terms(**{**GOOD, **change}))


def test_only_seniors_make_and_switch_plans(cast):
    plan = make_plan(cast, is_on=True)
    moderator = cast.user("moderator")
    for deed in (plans.switch_on, plans.switch_off, begin_simulation):
        with pytest.raises(RankTooLow):
            deed(moderator=moderator, plan_id=plan.pk)
        with pytest.raises(NoSuchPlan):
            deed(moderator=cast.user("operator"), plan_id=cast.team.pk)
    with pytest.raises(RankTooLow):
        draft_plan(moderator=moderator, terms=FIRST)


@pytest.fixture
def past(cast):
    """Return a plan, after three pictures were hidden: one a mistake, one long lapsed."""
    maker, moderator = cast.user(Role.CREATOR), cast.user("moderator")
    images = [make_image(cast.team, maker) for _ in range(3)]
    mistake, old, new = (decided(moderator, one, Action.HIDE) for one in images)
    decided(
        moderator, make_image(cast.others, cast.user("stranger")), Action.REMOVE, reason="other"
    )
    told(mistake)
    back = take_back(moderator=cast.user("operator"), decision_id=mistake.pk)
    for number, (one, days) in enumerate([(mistake, 210), (back, 205), (old, 200), (new, 1)]):
        later(Decision, one.pk, at=-timedelta(days=days, seconds=number))
    reasons = {**dict.fromkeys(Reason.values, 1), "other": 0}
    return make_plan(cast, reasons=reasons, thresholds=[Threshold(1, Measure.WARN)])


def test_a_simulation_says_who_would_have_reached_what(cast, past):
    senior = cast.user("senior_moderator")
    simulation = begin_simulation(moderator=senior, plan_id=past.pk)
    peak = simulation.peaks.get()
    assert (simulation.total, simulation.seen) == (2, 2)
    assert (peak.user, peak.points, peak.now, peak.beside) == (cast.user(Role.CREATOR), 1, 1, 0)
    long = make_plan(cast, days=365, is_on=True)
    again = begin_simulation(moderator=senior, plan_id=past.pk)
    assert again.beside == long
    assert heights_of(again, "points") == [(1, 1)]
    assert heights_of(again, "beside") == [(2, 2)]
    assert not simulation.peaks.exists()
    assert not Decision.objects.filter(strike_points__gt=0).exists()


def test_a_long_simulation_goes_on_in_a_job_wherever_it_was_killed(cast, past, monkeypatch):
    monkeypatch.setattr(simulating, "SLICE", 1)
    monkeypatch.setattr(simulating, "AT_ONCE", 0)
    simulation = begin_simulation(moderator=cast.user("operator"), plan_id=past.pk)
    assert (simulation.seen, simulation.ended_at) == (1, None)
    with monkeypatch.context() as patch:
        patch.setattr(simulating, "peaks_of", killed)
        with pytest.raises(KeyboardInterrupt):
            go_on(simulation_id=simulation.pk)
    done = go_on(simulation_id=simulation.pk)
    assert (done.seen, done.ended_at is None, done.peaks.count()) == (2, False, 1)
    monkeypatch.setattr(simulating, "MOST", 1)
    assert begin_simulation(moderator=cast.user("operator"), plan_id=past.pk).is_cut


def killed(*_):
    raise KeyboardInterrupt

"""What points lead to: a case with a proposal, or a decision of the rule; once, and rightly."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Role, SiteRole, Standing, User
from imagestudio.moderation.models import AuditEntry, Case, Decision, Notice, Reached, Threshold
from imagestudio.moderation.policies import Action, Measure
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import person
from imagestudio.moderation.services.deciding import Verdict, decide, take_back
from imagestudio.moderation.services.weighing import weigh
from tests.factories import make_image, make_plan, make_user
from tests.integration.moderation.conftest import decided, later, opened, told
from tests.threads import at_once

SUSPENDS = {"thresholds": [Threshold(3, Measure.SUSPEND, at_once=True)]}


@pytest.fixture
def maker(cast):
    return cast.user(Role.CREATOR)


def struck(cast, user, times, moderator="moderator"):
    """Return so many strikes against a person, who was told of them."""
    images = [make_image(cast.team, user) for _ in range(times)]
    made = [decided(cast.user(moderator), one, Action.HIDE) for one in images]
    Notice.objects.filter(decision__in=made).update(sent_at=Now())
    return made


def test_a_threshold_opens_a_case_that_says_what_is_proposed(cast, maker):
    make_plan(cast, is_on=True, thresholds=[Threshold(3, Measure.SUSPEND)])
    struck(cast, maker, 2)
    assert weigh(user_id=maker.pk) is None
    struck(cast, maker, 1)
    reached = weigh(user_id=maker.pk)
    case = Case.objects.unclosed().get(user=maker)
    assert (reached.case, reached.points, reached.is_taken) == (case, 3, False)
    assert (case.lane, case.weight) == (Case.Lane.RULE, 3)
    line = AuditEntry.objects.get(verb="reached", case=case)
    assert (line.actor, line.text) == (None, "3 points; from 3 on: Suspend")
    maker.refresh_from_db()
    assert maker.standing == Standing.OK


def test_it_is_proposed_once_while_the_points_are_there(cast, maker):
    make_plan(cast, is_on=True, reasons={"hate": 2})
    struck(cast, maker, 3)
    case = weigh(user_id=maker.pk).case
    assert weigh(user_id=maker.pk) is None
    keep = Verdict(Action.KEEP)
    decide(moderator=cast.user("moderator"), case_id=case.pk, version=case.version, verdict=keep)
    struck(cast, maker, 1)
    assert weigh(user_id=maker.pk) is None
    struck(cast, maker, 1)
    assert weigh(user_id=maker.pk).measure == Measure.SUSPEND
    assert Reached.objects.count() == 2


def test_it_is_proposed_again_once_the_points_were_gone(cast, maker):
    make_plan(cast, is_on=True, thresholds=[Threshold(2, Measure.REVIEW)])
    first, _ = struck(cast, maker, 2)
    reached = weigh(user_id=maker.pk)
    past = -timedelta(hours=1)
    later(Decision, first.pk, at=2 * past, strike_expires_at=past)
    later(Reached, reached.pk, at=1.5 * past)
    assert weigh(user_id=maker.pk) is None
    struck(cast, maker, 1)
    assert weigh(user_id=maker.pk) is not None


def test_the_highest_threshold_counts_and_none_that_takes_nothing_more(cast, maker):
    levels = [Threshold(2, Measure.WARN, at_once=True), Threshold(4, Measure.BLOCK_GALLERY)]
    make_plan(cast, is_on=True, thresholds=levels)
    decided(cast.user("operator"), person(maker), Action.BLOCK_GALLERY)
    struck(cast, maker, 3)
    assert weigh(user_id=maker.pk) is None
    struck(cast, maker, 1)
    assert weigh(user_id=maker.pk) is None
    decided(cast.user("operator"), person(maker), Action.REINSTATE)
    assert weigh(user_id=maker.pk).measure == Measure.BLOCK_GALLERY


def test_the_rule_takes_it_with_a_statement_of_reasons(cast, maker):
    make_plan(cast, is_on=True, **SUSPENDS)
    struck(cast, maker, 3)
    reached = weigh(user_id=maker.pk)
    decision = reached.decision
    assert (decision.rule, decision.automated_decide, decision.actor) == ("strikes", True, None)
    assert (decision.affected, decision.reason, decision.strike_points) == (maker, "hate", 0)
    assert decision.case.state == Case.State.CLOSED
    maker.refresh_from_db()
    assert maker.standing == Standing.SUSPENDED
    text = told(decision).text
    assert "add up to 3 points. This follows from 3 points on." in text
    assert "found by a program and decided by a program" in text
    made = appeal(user=maker, decision_id=decision.pk, text="No!")
    senior = cast.user("senior_moderator")
    back = Verdict(Action.REVERSE)
    decide(moderator=senior, case_id=made.case_id, version=made.case.version, verdict=back)
    maker.refresh_from_db()
    assert maker.standing == Standing.OK
    assert weigh(user_id=maker.pk) is None


def test_a_case_that_was_open_stays_open(cast, maker):
    make_plan(cast, is_on=True, **SUSPENDS)
    case = opened(person(maker))
    AuditEntry.objects.create(verb="noted", case=case, text="Somebody works on it.")
    struck(cast, maker, 3)
    assert weigh(user_id=maker.pk).decision.case_id == case.pk
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_what_restricts_staff_a_person_decides(cast, maker):
    make_plan(cast, is_on=True, **SUSPENDS)
    User.objects.filter(pk=maker.pk).update(site_role=SiteRole.MODERATOR)
    struck(cast, maker, 3, moderator="senior_moderator")
    assert weigh(user_id=maker.pk).is_taken is False
    maker.refresh_from_db()
    assert maker.standing == Standing.OK


def long_ago(strikes, reached):
    for one in strikes:
        later(Decision, one.pk, at=-timedelta(seconds=3))
    later(Reached, reached.pk, at=-timedelta(seconds=2))


@pytest.mark.parametrize("before", [Standing.OK, Standing.WARNED])
def test_what_rested_on_a_mistake_ends_exactly(cast, maker, before):
    make_plan(cast, is_on=True, **SUSPENDS)
    if before is Standing.WARNED:
        decided(cast.user("moderator"), person(maker), Action.WARN)
    strikes = struck(cast, maker, 3)
    reached = weigh(user_id=maker.pk)
    decision = reached.decision
    long_ago(strikes, reached)
    later(Decision, strikes[0].pk, strike_expires_at=-timedelta(seconds=1))
    weigh(user_id=maker.pk)
    maker.refresh_from_db()
    assert maker.standing == Standing.SUSPENDED  # what lapses was no mistake
    take_back(moderator=cast.user("operator"), decision_id=strikes[1].pk)
    weigh(user_id=maker.pk)
    maker.refresh_from_db()
    assert maker.standing == before
    reversal = Decision.objects.get(reverses=decision)
    assert (reversal.actor, reversal.rule) == (None, "strikes")
    assert "were taken back" in told(reversal).text
    assert Decision.objects.filter(rule="strikes").count() == 2
    weigh(user_id=maker.pk)
    assert Decision.objects.filter(rule="strikes").count() == 2


def test_nothing_follows_from_what_can_still_be_undone(cast, maker):
    make_plan(cast, is_on=True, **SUSPENDS)
    struck(cast, maker, 2)
    third = decided(cast.user("moderator"), make_image(cast.team, maker), Action.HIDE)
    assert weigh(user_id=maker.pk) is None
    told(third)
    (job,) = ProcrastinateJob.objects.filter(task_name="moderation.weigh_strikes")
    assert weigh(**{name: UUID(value) for name, value in job.args.items()}) is not None


def test_nothing_follows_from_what_was_undone(cast, maker):
    make_plan(cast, is_on=True, **SUSPENDS)
    struck(cast, maker, 2)
    third = decided(cast.user("moderator"), make_image(cast.team, maker), Action.HIDE)
    take_back(moderator=cast.user("moderator"), decision_id=third.pk)
    assert weigh(user_id=maker.pk) is None
    assert not Case.objects.filter(user=maker).exists()


def test_two_decisions_at_once_lead_to_one(rows, cast, maker):
    make_plan(cast, is_on=True, **SUSPENDS)
    struck(cast, maker, 1)
    moderators = [make_user(f"m{n}", site_role=SiteRole.MODERATOR) for n in range(4)]
    images = [make_image(cast.team, maker) for _ in range(4)]

    def one():
        told(decided(moderators.pop(), images.pop(), Action.HIDE))
        weigh(user_id=maker.pk)

    at_once(4, one)
    assert weigh(user_id=maker.pk) is None
    assert Decision.objects.filter(rule="strikes").count() == 1
    assert Reached.objects.count() == 1
    maker.refresh_from_db()
    assert maker.standing == Standing.SUSPENDED

"""The legal lane: who sees into it, in which order its cases stand, and what cannot be put off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.moderation.exceptions import DecisionInvalid, NoSuchCase
from imagestudio.moderation.models import Case
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import add_note
from imagestudio.moderation.services.claims import claim, claim_next, snooze
from imagestudio.moderation.services.panel.dossier import case_of, dossier_of
from imagestudio.moderation.services.panel.queue import Tab, count_waiting, counts, queue_page
from imagestudio.moderation.services.panel.records import Wanted, log_page, record_of
from tests.factories import make_case, make_image
from tests.integration.moderation.conftest import decided, later, opened, told


@pytest.fixture
def moderator(cast):
    return cast.user("moderator")


@pytest.fixture
def senior(cast):
    return cast.user("senior_moderator")


def due_in(case, hours):
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() + timedelta(hours=hours))


def test_moderators_learn_that_there_are_some_and_nothing_else(cast, image, moderator, senior):
    case = make_case(image, lane=Case.Lane.LEGAL, state="escalated")
    add_note(moderator=senior, case_id=case.pk, text="A secret note")
    assert counts(moderator) == {one: 0 for one in Tab if one is not Tab.CLOSED} | {Tab.LEGAL: 1}
    assert counts(senior)[Tab.ALL] == counts(senior)[Tab.ESCALATED] == 1
    for tab in Tab:
        assert queue_page(moderator, tab, cursor=None).rows == []
    assert count_waiting(moderator, most=9) == 0
    assert claim_next(moderator=moderator) is None
    assert offered(case, moderator) == []
    with pytest.raises(NoSuchCase):
        case_of(moderator, case.pk)
    assert log_page(moderator, Wanted(), cursor=None).rows == []
    assert record_of(moderator, image.created_by_id).cases == []
    assert claim_next(moderator=senior) == case


def test_what_was_decided_there_is_not_told_in_other_cases(cast, image, moderator, senior):
    opened(image, Case.Lane.LEGAL)
    decided(senior, image, Action.HIDE, facts="A secret fact")
    case = make_case(image)
    assert dossier_of(case_of(moderator, case.pk), moderator).history == []
    assert len(dossier_of(case_of(senior, case.pk), senior).history) == 1
    assert record_of(moderator, image.created_by_id).decisions == []
    assert len(record_of(senior, image.created_by_id).decisions) == 1


def test_a_case_that_moves_there_leaves_the_hands_of_a_moderator(cast, image, moderator, senior):
    case = make_case(image)
    claim(moderator=moderator, case_id=case.pk)
    opened(image, Case.Lane.LEGAL)
    assert claim(moderator=senior, case_id=case.pk).claimed_by == senior
    opened(image, Case.Lane.LEGAL)
    case.refresh_from_db()
    assert case.claimed_by == senior


def test_objections_to_what_was_decided_there_stay_there(cast, image, senior):
    decision = decided(senior, image, Action.HIDE, reason="ip_complaint")
    told(decision)
    made = appeal(user=cast.user(Role.CREATOR), decision_id=decision.pk, text="It is mine.")
    assert made.case.lane == Case.Lane.LEGAL
    decided(cast.user("operator"), image, Action.UPHOLD)
    made.case.refresh_from_db()
    assert (made.case.lane, made.case.state) == (Case.Lane.LEGAL, Case.State.CLOSED)


def test_the_clock_comes_before_the_weight_and_what_is_late_first(cast, team_images, senior):
    heavy, late, soon = (make_case(one, lane=Case.Lane.LEGAL) for one in team_images(3))
    Case.objects.filter(pk=heavy.pk).update(weight=99)
    due_in(late, -3)
    due_in(soon, 20)
    rows = queue_page(senior, Tab.LEGAL, cursor=None).rows
    assert [one.case for one in rows] == [late, soon, heavy]
    assert list(Case.objects.overdue()) == [late]


@pytest.fixture
def team_images(cast):
    return lambda count: [make_image(cast.team, cast.user(Role.CREATOR)) for _ in range(count)]


def test_nobody_puts_a_case_off_past_its_time(cast, image, senior):
    case = make_case(image, lane=Case.Lane.LEGAL)
    due_in(case, 30)
    put_off = snooze(moderator=senior, case_id=case.pk, wait=timedelta(days=7))
    left = put_off.due_at - put_off.snoozed_until
    assert timedelta(hours=1, minutes=59) < left <= timedelta(hours=2)
    later(Case, case.pk, snoozed_until=-timedelta(seconds=1))
    for hours in (1, -1):
        due_in(case, hours)
        with pytest.raises(DecisionInvalid):
            snooze(moderator=senior, case_id=case.pk, wait=timedelta(hours=1))

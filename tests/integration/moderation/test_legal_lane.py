"""The legal lane: who sees into it, in which order its cases stand, and what cannot be put off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.moderation.exceptions import (
    DecisionInvalid,
    NoSuchBulkDeed,
    NoSuchCase,
    NoSuchPicture,
)
from imagestudio.moderation.models import Case, Report
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import add_note
from imagestudio.moderation.services.claims import claim, snooze
from imagestudio.moderation.services.panel.bulk import deed_of, deeds_page
from imagestudio.moderation.services.panel.dossier import case_of, dossier_of
from imagestudio.moderation.services.panel.looking import covered_picture, reveal
from imagestudio.moderation.services.panel.queue import (
    Tab,
    count_waiting,
    counts,
    next_case,
    queue_page,
)
from imagestudio.moderation.services.panel.records import Wanted, log_page, record_of
from imagestudio.moderation.services.reporters import mute
from tests.factories import make_case, make_copies, make_image, make_plan
from tests.integration.moderation.conftest import decided, later, opened, told
from tests.integration.moderation.together import HIDE, chosen


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
    assert next_case(moderator=moderator) is None
    assert offered(case, moderator) == []
    with pytest.raises(NoSuchCase):
        case_of(moderator, case.pk)
    assert log_page(moderator, Wanted(), cursor=None).rows == []
    assert record_of(moderator, image.created_by_id).cases == []
    assert next_case(moderator=senior) == case


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


def test_an_earlier_case_about_what_is_there_is_out_of_sight(cast, image, moderator, senior):
    earlier = decided(moderator, image, Action.KEEP).case
    opened(image, Case.Lane.LEGAL)
    for see in (case_of, reveal_in):
        with pytest.raises(NoSuchCase):
            see(moderator, earlier.pk)
    assert record_of(moderator, image.created_by_id).cases == []
    assert queue_page(moderator, Tab.CLOSED, cursor=None).rows == []
    decided(senior, image, Action.KEEP)
    assert reveal_in(moderator, earlier.pk)
    opened(image, Case.Lane.LEGAL)
    decided(senior, image, Action.REMOVE)
    with pytest.raises(NoSuchCase):
        case_of(moderator, earlier.pk)
    assert case_of(senior, earlier.pk) == earlier


def reveal_in(moderator, case_id):
    return reveal(moderator=moderator, case_id=case_id)


def test_a_picture_in_quarantine_is_seen_in_no_case_of_moderators(cast, image, moderator, senior):
    case = decided(senior, image, Action.QUARANTINE).case
    assert case.lane == Case.Lane.REPORT
    with pytest.raises(NoSuchCase):
        case_of(moderator, case.pk)
    assert counts(moderator)[Tab.ALL] == 0
    assert record_of(moderator, image.created_by_id).decisions == []
    other = make_case(make_image(cast.team, cast.user(Role.CREATOR)))
    assert covered_picture(moderator=senior, case_id=other.pk, image_id=image.pk)
    with pytest.raises(NoSuchPicture):
        covered_picture(moderator=moderator, case_id=other.pk, image_id=image.pk)


def test_strikes_of_decisions_there_are_counted_and_not_named(cast, image, moderator, senior):
    make_plan(cast, is_on=True)
    opened(image, Case.Lane.LEGAL)
    decided(senior, image, Action.HIDE)
    seen, known = (record_of(one, image.created_by_id).strikes for one in (moderator, senior))
    assert (seen.points, seen.strikes, seen.unnamed) == (known.points, [], 1)
    assert (len(known.strikes), known.unnamed) == (1, 0)


def test_what_was_written_there_is_not_read_in_a_deed_about_many_cases(
    cast, image, moderator, senior, patience
):
    opened(image, Case.Lane.LEGAL)
    deed = chosen(senior, [Case.objects.get(), make_case(make_copies(image, 1)[0])])
    bulk.try_out(moderator=senior, deed_id=deed.pk, verdict=HIDE)
    bulk.begin(moderator=senior, deed_id=deed.pk, action=HIDE.action)
    assert deed_of(senior, deed.pk).decided == 2
    with pytest.raises(NoSuchBulkDeed):
        deed_of(moderator, deed.pk)
    assert deeds_page(moderator, cursor=None).rows == []


def test_reports_of_who_is_muted_are_read_there_too(cast, image, moderator, senior):
    mute(moderator=moderator, user_id=cast.user("stranger").pk)
    for reason in ("child_safety", "spam_or_abuse_of_quota"):
        Report.objects.create(
            image=make_copies(image, 1)[0], reporter=cast.user("stranger"), reason=reason, weight=0
        )
    unheard = [record_of(one, cast.user("stranger").pk).unheard for one in (moderator, senior)]
    assert [len(one) for one in unheard] == [1, 2]

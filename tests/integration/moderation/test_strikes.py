"""Strikes: frozen when something is decided, given back exactly, lapsed by the clock."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imagestudio.accounts.models import Membership, Role, SiteRole
from imagestudio.library.services import bans
from imagestudio.moderation.models import Decision, StrikePlan
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.banning import note_held
from imagestudio.moderation.services.cases import person, picture
from imagestudio.moderation.services.deciding import Verdict, decide, end_over, take_back
from imagestudio.moderation.services.panel.drafts import preview
from imagestudio.moderation.services.strikes import counting, plans
from imagestudio.moderation.services.strikes.counting import count_of, outlook_of
from tests.factories import make_copies, make_image, make_plan, make_user
from tests.integration.moderation.conftest import WHY, decided, later, opened, told


@pytest.fixture
def maker(cast):
    return cast.user(Role.CREATOR)


def points(user):
    count = count_of(user)
    assert count is not None
    assert count.points == sum(one.strike_points for one in count.strikes)
    return count.points


def test_of_many_the_first_to_lapse_are_shown(cast, image, maker, monkeypatch):
    monkeypatch.setattr(counting, "MOST_SHOWN", 2)
    make_plan(cast, is_on=True)
    made = [decided(cast.user("moderator"), one, "hide") for one in (image, *make_copies(image, 2))]
    later(Decision, made[1].pk, strike_expires_at=timedelta(days=1))
    count = count_of(maker)
    assert (count.points, count.strikes[0], len(count.strikes), count.more) == (3, made[1], 2, 1)


def test_nothing_counts_unless_a_plan_is_in_force(cast, image, maker):
    make_plan(cast, is_simulated=True)
    decision = decided(cast.user("moderator"), image, Action.REMOVE)
    assert (decision.strike_points, decision.strike_expires_at) == (0, None)
    assert count_of(maker) is None


def test_points_are_frozen_when_it_is_decided(cast, image, maker):
    moderator, senior = cast.user("moderator"), cast.user("senior_moderator")
    first = make_plan(cast, is_on=True)
    decision = decided(moderator, image, Action.REMOVE)
    assert (decision.strike_points, decision.strike_plan) == (2, first)
    assert (decision.strike_expires_at - timezone.now()).days == 99
    make_plan(cast, is_on=True, actions={"remove": 9, "hide": 9})
    assert points(maker) == 2
    another = decided(moderator, make_image(cast.team, maker), Action.HIDE)
    assert (another.strike_points, points(maker)) == (9, 11)
    first.refresh_from_db()
    assert first.state == "retired"
    plans.switch_off(moderator=senior, plan_id=another.strike_plan_id)
    assert count_of(maker) is None


def test_a_picture_counts_once_as_what_was_decided_last(cast, image, maker):
    make_plan(cast, is_on=True)
    decided(cast.user("moderator"), image, Action.BLUR)
    assert points(maker) == 1
    graver = decided(cast.user("moderator"), image, Action.REMOVE)
    assert points(maker) == 2
    told(graver)
    take_back(moderator=cast.user("senior_moderator"), decision_id=graver.pk)
    assert points(maker) == 1
    decided(cast.user("moderator"), image, Action.RESTORE)
    assert points(maker) == 0


def test_an_appeal_gives_them_back_exactly(cast, image, maker):
    make_plan(cast, is_on=True)
    decided(cast.user("moderator"), make_image(cast.team, maker), Action.HIDE)
    decision = decided(cast.user("moderator"), image, Action.REMOVE)
    assert "It counts as 2 points against you, until " in told(decision).text
    made = appeal(user=maker, decision_id=decision.pk, text="No!")
    assert points(maker) == 3
    other = make_user("other", site_role=SiteRole.MODERATOR)
    decide(moderator=other, case_id=made.case_id, version=0, verdict=Verdict(Action.REVERSE))
    assert points(maker) == 1


def test_they_lapse_by_the_clock_and_last_no_longer_than_the_measure(cast, image, maker):
    make_plan(cast, is_on=True)
    forever = decided(cast.user("moderator"), make_image(cast.team, maker), Action.HIDE)
    day = timezone.now() + timedelta(days=1)
    decision = decided(cast.user("moderator"), image, Action.HIDE, ends_at=day)
    assert decision.strike_expires_at == day
    assert points(maker) == 2
    past = -timedelta(seconds=1)
    later(Decision, decision.pk, ends_at=past, strike_expires_at=past)
    assert points(maker) == 1
    assert end_over() == 1
    assert points(maker) == 1
    later(Decision, forever.pk, strike_expires_at=past)
    assert points(maker) == 0


@pytest.mark.parametrize(("counts", "points"), [(False, 0), (True, 2)])
def test_exact_copies_count_where_the_plan_says_so(cast, image, maker, counts, points):
    make_plan(cast, is_on=True, counts_copies=counts)
    (copy,) = make_copies(image, 1)
    moderator = cast.user("moderator")
    bans.ban(image=image, hides="hidden_all", reason="hate", user=moderator)
    assert note_held(image_id=copy.pk)
    assert Decision.objects.get(case__image=copy).strike_points == points
    assert count_of(maker).points == points


def test_only_what_its_maker_is_told_counts(cast, image, maker):
    make_plan(cast, is_on=True)
    Membership.objects.get(account=cast.team, user=maker).delete()
    decision = decided(cast.user("moderator"), image, Action.REMOVE)
    assert decision.affected == cast.user(Role.OWNER)
    assert decision.strike_points == 0


@pytest.mark.parametrize("action", [Action.WARN, Action.SUSPEND])
def test_what_is_decided_about_a_person_counts_no_second_time(cast, maker, action):
    make_plan(cast, is_on=True)
    assert decided(cast.user("operator"), person(maker), action).strike_points == 0


def test_a_moderator_sees_what_a_decision_would_add(cast, image, maker):
    assert outlook_of(case=opened(image), action=Action.REMOVE, reason="hate") is None
    make_plan(cast, is_on=True, actions={"blur": 1, "remove": 5})
    moderator, case = cast.user("moderator"), opened(image)
    seen = outlook_of(case=case, action=Action.REMOVE, reason="hate")
    assert (seen.before, seen.after, seen.newly.points) == (0, 5, 5)
    assert outlook_of(case=case, action=Action.HIDE, reason="hate") is None
    decided(moderator, image, Action.BLUR)
    again = outlook_of(case=opened(image), action=Action.REMOVE, reason="hate")
    assert (again.before, again.after) == (1, 5)
    assert points(maker) == 1


def test_the_preview_says_what_the_notice_says(cast, image):
    make_plan(cast, is_on=True)
    case, verdict = opened(image), Verdict(Action.HIDE, **WHY)
    seen = preview(moderator=cast.user("moderator"), case_id=case.pk, verdict=verdict)
    made = decide(moderator=cast.user("moderator"), case_id=case.pk, version=0, verdict=verdict)
    assert "1 point against you" in seen.text
    assert made.notice.text == seen.text


def test_what_a_plan_says_is_never_changed(cast, image):
    plan = make_plan(cast, is_on=True)
    decided(cast.user("moderator"), image, Action.HIDE)
    for change in ({"days": 3}, {"thresholds": []}, {"number": 9}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            StrikePlan.objects.filter(pk=plan.pk).update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("DELETE FROM moderation_strikeplan")


def test_a_strike_is_whole_or_there_is_none(cast, image):
    plan = make_plan(cast, is_on=True)
    made = decided(cast.user("moderator"), image, Action.REMOVE)
    made.pk, made.case_version, made._state.adding = None, 77, True
    for columns in (
        {"strike_points": 0},
        {"strike_expires_at": None},
        {"strike_plan": None},
        {"action": Action.WARN},
    ):
        fields = {
            "strike_points": 2,
            "strike_expires_at": timezone.now(),
            "strike_plan": plan,
            "action": Action.REMOVE,
        }
        with pytest.raises(IntegrityError, match="strikes_by_a_plan"), transaction.atomic():
            Decision.objects.create(
                case=made.case,
                case_version=77,
                account=made.account,
                affected=made.affected,
                actor=made.actor,
                reason="hate",
                policy="hate",
                facts="x",
                origin="own",
                **{**fields, **columns},
            )


def test_a_picture_of_somebody_else_is_nobody_elses_strike(cast, image, maker):
    make_plan(cast, is_on=True)
    decided(cast.user("moderator"), image, Action.REMOVE)
    decided(cast.user("moderator"), picture(make_image(cast.others, cast.user("stranger"))), "blur")
    assert (points(maker), points(cast.user("stranger")), points(cast.user(Role.OWNER))) == (
        2,
        1,
        0,
    )

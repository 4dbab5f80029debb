"""What was decided for a time ends by itself, by a decision that says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Role, SiteRole, Standing
from imagestudio.moderation.models import Appeal, AuditEntry, Case, Decision, Notice
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import person
from imagestudio.moderation.services.deciding import Verdict, decide, end_over
from tests.factories import make_copies, make_user
from tests.integration.moderation.conftest import decided, later, told


def for_a_day(cast, subject, action):
    end = timezone.now() + timedelta(days=1)
    return decided(cast.user("senior_moderator"), subject, action, ends_at=end)


def test_a_suspension_ends(cast):
    user = cast.user(Role.CREATOR)
    decision = for_a_day(cast, person(user), Action.SUSPEND)
    assert end_over() == 0
    later(Decision, decision.pk, ends_at=-timedelta(seconds=1))
    assert end_over() == 1
    user.refresh_from_db()
    reversal = Decision.objects.get(reverses=decision)
    assert (user.standing, user.is_active) == (Standing.OK, True)
    assert (reversal.actor, reversal.automated_decide) == (None, True)
    assert "has passed" in reversal.notice.text
    assert AuditEntry.objects.filter(verb="reversed", actor=None, user=user).count() == 1
    assert end_over() == 0


def test_in_slices(cast, image):
    for one in (image, *make_copies(image, 2)):
        decision = for_a_day(cast, one, Action.BLUR)
        later(Decision, decision.pk, ends_at=-timedelta(seconds=1))
    assert [end_over(most=2), end_over(most=2), end_over(most=2)] == [2, 1, 0]


@pytest.mark.parametrize("action", [Action.HIDE, Action.RESTORE])
def test_nobody_is_told_that_nothing_changes(cast, image, action):
    decision = for_a_day(cast, image, Action.BLUR)
    image.refresh_from_db()
    decided(cast.user("moderator"), image, action)
    later(Decision, decision.pk, ends_at=-timedelta(seconds=1))
    before = Notice.objects.count()
    end_over()
    image.refresh_from_db()
    assert image.moderation == ("hidden_public" if action == Action.HIDE else "clear")
    assert Notice.objects.count() == before


def test_an_objection_ends_with_it(cast, image):
    maker = cast.user(Role.CREATOR)
    decision = for_a_day(cast, image, Action.HIDE)
    told(decision)
    made = appeal(user=maker, decision_id=decision.pk, text="No!")
    later(Decision, decision.pk, ends_at=-timedelta(seconds=1))
    assert end_over() == 1
    made.refresh_from_db()
    image.refresh_from_db()
    assert (made.outcome, made.decided_by) == (Appeal.Outcome.ENDED, None)
    assert image.moderation == "clear"
    assert not Case.objects.unclosed().exists()


def test_what_was_upheld_ends_too(cast, image):
    decision = for_a_day(cast, image, Action.HIDE)
    told(decision)
    made = appeal(user=cast.user(Role.CREATOR), decision_id=decision.pk, text="No!")
    other = make_user("other", site_role=SiteRole.SENIOR_MODERATOR)
    decide(moderator=other, case_id=made.case_id, version=0, verdict=Verdict(Action.UPHOLD))
    later(Decision, decision.pk, ends_at=-timedelta(seconds=1))
    assert end_over() == 1
    made.refresh_from_db()
    assert made.outcome == Appeal.Outcome.UPHELD

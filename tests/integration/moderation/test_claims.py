"""A moderator has a case in hand for five minutes, and no other one has it."""

from datetime import timedelta

import pytest

from imagestudio.accounts.models import Membership, Role, SiteRole, User
from imagestudio.moderation.exceptions import (
    ActionNotOffered,
    CaseClaimed,
    DecisionInvalid,
    NoSuchCase,
)
from imagestudio.moderation.models import AuditEntry, Case
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.cases import escalate
from imagestudio.moderation.services.claims import claim, release, skip, snooze
from imagestudio.moderation.services.panel.drafts import open_about
from imagestudio.moderation.services.panel.queue import next_case
from tests.factories import make_copies, make_user
from tests.integration.moderation.conftest import decided, later, opened, told
from tests.threads import at_once


@pytest.fixture
def other(cast):
    return User.objects.create_user("ada@example.test", name="Ada", site_role=SiteRole.MODERATOR)


def test_the_second_is_told_who_has_it(cast, image, other):
    case = opened(image)
    claim(moderator=other, case_id=case.pk)
    for deed in (
        lambda who: claim(moderator=who, case_id=case.pk),
        lambda who: decided(who, image, Action.KEEP),
        lambda who: snooze(moderator=who, case_id=case.pk, wait=timedelta(hours=1)),
        lambda who: escalate(moderator=who, case_id=case.pk, version=case.version, text=""),
    ):
        with pytest.raises(CaseClaimed) as refused:
            deed(cast.user("moderator"))
        assert refused.value.extra["holder"] == "Ada"
    assert decided(other, image, Action.KEEP)


def test_it_is_renewed_given_back_and_ends_by_itself(cast, image, other):
    case, mine = opened(image), cast.user("moderator")
    first = claim(moderator=mine, case_id=case.pk)
    again = claim(moderator=mine, case_id=case.pk)
    assert again.claimed_until > first.claimed_until
    assert AuditEntry.objects.filter(verb="claimed").count() == 1
    release(moderator=other, case_id=case.pk)  # not theirs: nothing happens
    with pytest.raises(CaseClaimed):
        claim(moderator=other, case_id=case.pk)
    release(moderator=mine, case_id=case.pk)
    claim(moderator=other, case_id=case.pk)
    later(Case, case.pk, claimed_until=-timedelta(seconds=1))
    assert claim(moderator=mine, case_id=case.pk).claimed_by == mine


def test_one_that_is_closed_is_nobodys(cast, image):
    decision = decided(cast.user("moderator"), image, Action.KEEP)
    with pytest.raises(NoSuchCase):
        claim(moderator=cast.user("moderator"), case_id=decision.case_id)


def test_no_two_get_the_same_one(rows, cast, image):
    cases = {opened(one).pk for one in (image, *make_copies(image, 5))}
    waiting = [make_user(f"m{n}", site_role=SiteRole.MODERATOR) for n in range(8)]
    given = at_once(8, lambda: next_case(moderator=waiting.pop()))
    got = [case.pk for case in given if case]
    assert len(got) > 1  # at once, some find nothing that is not locked just now
    while case := next_case(moderator=make_user("late", site_role=SiteRole.MODERATOR)):
        got.append(case.pk)
    assert sorted(got) == sorted(cases)


def test_skipping_goes_through_the_queue_and_does_not_come_back(cast, image):
    me = cast.user("moderator")
    cases = [opened(one) for one in (image, *make_copies(image, 2))]
    seen = []
    while case := next_case(moderator=me):
        seen.append(case.pk)
        skip(moderator=me, case_id=case.pk)
    assert sorted(seen) == sorted(one.pk for one in cases)
    assert AuditEntry.objects.filter(verb="skipped", actor=me).count() == 3
    assert next_case(moderator=cast.user("senior_moderator")).pk == seen[0]


def test_nobody_is_given_what_they_cannot_decide(cast, image):
    me = cast.user("moderator")
    mine = make_copies(image, 1)[0]
    mine.created_by = me
    mine.save()
    opened(mine)
    case = opened(image)
    escalate(moderator=me, case_id=case.pk, version=case.version, text="Is this real?")
    assert next_case(moderator=me) is None
    assert next_case(moderator=cast.user("senior_moderator")) is not None


def test_what_is_put_off_comes_back(cast, image):
    me, case = cast.user("moderator"), opened(image)
    with pytest.raises(DecisionInvalid):
        snooze(moderator=me, case_id=case.pk, wait=timedelta())
    snooze(moderator=me, case_id=case.pk, wait=timedelta(hours=1))
    assert next_case(moderator=me) is None
    later(Case, case.pk, snoozed_until=-timedelta(seconds=1))
    assert next_case(moderator=me).pk == case.pk


def test_nobody_holds_up_what_they_cannot_decide(cast, image):
    me, senior = cast.user("moderator"), cast.user("senior_moderator")
    hidden = told(decided(me, image, Action.HIDE)).decision
    objected = appeal(user=hidden.affected, decision_id=hidden.pk, text="It is a drawing.").case
    [copy] = make_copies(image, 1)
    kept = told(decided(senior, copy, Action.QUARANTINE)).decision
    higher = appeal(user=kept.affected, decision_id=kept.pk, text="It is a drawing.").case
    assert next_case(moderator=me) is None
    for case in (objected, higher):
        with pytest.raises(ActionNotOffered):
            claim(moderator=me, case_id=case.pk)
        with pytest.raises(ActionNotOffered):
            snooze(moderator=me, case_id=case.pk, wait=timedelta(days=7))
        case.refresh_from_db()
        assert (case.claimed_by, case.snoozed_until) == (None, None)
    assert not AuditEntry.objects.filter(actor=me, verb="claimed").exists()
    assert next_case(moderator=senior).pk == objected.pk


def test_nobody_opens_a_case_on_an_account_of_their_own(cast, image):
    me = cast.user("moderator")
    Membership.objects.create(account=cast.team, user=me, role=Role.VIEWER)
    with pytest.raises(ActionNotOffered):
        open_about(moderator=me, case_id=opened(image).pk, about=Case.Kind.ACCOUNT)
    assert not Case.objects.filter(kind=Case.Kind.ACCOUNT).exists()

"""Many cases decided as one: tried first, each decided once, by the rules of one."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imagestudio.accounts.models import Role, SiteRole
from imagestudio.moderation.exceptions import (
    BulkInvalid,
    BulkSettled,
    BulkUntried,
    DecisionInvalid,
    NoSuchBulkDeed,
    NoSuchCase,
)
from imagestudio.moderation.mail import mail_notice
from imagestudio.moderation.models import AuditEntry, BulkDeed, Case, Decision, Notice
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk, claims
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.bulk import Chosen, working
from imagestudio.moderation.services.cases import person
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.notices import send_due
from tests.factories import make_case, make_image
from tests.integration.moderation.conftest import WHY, decided, later, opened
from tests.integration.moderation.together import (
    HIDE,
    KEEP,
    Choice,
    N,
    Why,
    chosen,
    done,
    hidden,
    tell,
    whys,
)
from tests.threads import at_once

pytestmark = pytest.mark.usefixtures("patience")


def test_trying_says_what_would_happen_and_does_nothing(cast, image, cases):
    moderator = cast.user("moderator")
    held, changed, closed, other = cases[:4]
    claims.claim(moderator=cast.user("senior_moderator"), case_id=held.pk)
    deed = chosen(moderator, [*cases, make_case(make_image(cast.team, cast.user(Role.OWNER)))])
    decided(moderator, closed.image, Action.KEEP)
    Case.objects.filter(pk=changed.pk).update(version=5)
    Case.objects.filter(pk=other.pk).update(state=Case.State.ESCALATED)

    found = bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=HIDE)

    assert len(found.decides) == N - 3
    assert {why: [one.pk for one in some] for why, some in found.left.items()} == {
        Why.HELD: [held.pk],
        Why.CHANGED: [changed.pk],
        Why.CLOSED: [closed.pk],
        Why.ESCALATED: [other.pk],
    }
    assert found.told == [(cast.user(Role.CREATOR), N - 4), (cast.user(Role.OWNER), 1)]
    assert found.by_mail
    assert Decision.objects.count() == 1
    assert not bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=KEEP).told


def test_trying_takes_as_many_statements_for_many_cases_as_for_few(cast, cases):
    moderator = cast.user("moderator")
    counts = []
    for some in (cases[:2], cases):
        deed = chosen(moderator, some)
        with CaptureQueriesContext(connection) as captured:
            bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=HIDE)
        counts.append(len(captured))
    assert counts[0] == counts[1] < 10


def test_many_cases_are_decided_once_each_by_one_parent(rows, cast, cases):
    moderator = cast.user("moderator")
    changed, held = cases[:2]
    deed = chosen(moderator, cases)
    bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=HIDE)
    decided(moderator, changed.image, Action.KEEP)  # between the look and the deed
    claims.claim(moderator=cast.user("senior_moderator"), case_id=held.pk)

    deed = bulk.begin(moderator=moderator, deed_id=deed.pk, action=Action.HIDE)

    assert (deed.state, deed.decided, deed.left) == ("done", N - 2, 2)
    assert whys(deed) == ["changed", "held"]
    assert Decision.objects.filter(bulk=deed, action="hide").count() == hidden(cases) == N - 2
    assert not Case.objects.unclosed().filter(pk__in=[one.pk for one in cases[2:]]).exists()
    line = AuditEntry.objects.get(verb="together")
    assert (line.data["bulk"], line.data["decided"], line.data["left"]) == (str(deed.pk), N - 2, 2)
    with pytest.raises(BulkSettled):
        bulk.begin(moderator=moderator, deed_id=deed.pk, action=Action.HIDE)


def test_it_does_what_was_tried_and_nothing_else(cast, cases):
    moderator = cast.user("moderator")
    deed = chosen(moderator, cases)
    with pytest.raises(BulkUntried):
        bulk.begin(moderator=moderator, deed_id=deed.pk, action=Action.HIDE)
    bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=KEEP)
    with pytest.raises(BulkUntried):
        bulk.begin(moderator=moderator, deed_id=deed.pk, action=Action.HIDE)
    with pytest.raises(NoSuchBulkDeed):
        bulk.try_out(moderator=cast.user("operator"), deed_id=deed.pk, verdict=KEEP)
    with pytest.raises(DecisionInvalid):
        bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=Verdict(Action.HIDE))
    with pytest.raises(DecisionInvalid):
        bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=Verdict(Action.UPHOLD))
    assert not Decision.objects.exists()


def test_killed_half_way_a_job_goes_on_and_decides_the_rest_once(rows, cast, cases, monkeypatch):
    moderator = cast.user("moderator")
    real, calls = working.decide_one_of, iter(range(100))

    def dying(**given):
        why = real(**given)
        if next(calls) == 3:
            raise SystemExit  # after the decision, before the commit
        return why

    monkeypatch.setattr(working, "decide_one_of", dying)
    deed = chosen(moderator, cases)
    bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=HIDE)
    with pytest.raises(SystemExit):
        bulk.begin(moderator=moderator, deed_id=deed.pk, action=Action.HIDE)
    deed.refresh_from_db()
    assert (deed.state, deed.decided, Decision.objects.count()) == ("running", 3, 3)
    later(BulkDeed, deed.pk, touched_at=-timedelta(minutes=5))
    assert bulk.take_up() == 1

    deed = bulk.go_on(deed_id=deed.pk)

    assert (deed.state, deed.decided, Decision.objects.count()) == ("done", N, N)


def test_what_takes_long_is_left_to_a_job_and_nobody_is_told_before_its_end(
    rows, cast, cases, monkeypatch
):
    monkeypatch.setattr(working, "AT_ONCE", 0)
    deed = done(cast.user("moderator"), cases)
    assert deed.is_at_work
    assert deed.worked_off == 1
    Notice.objects.update(made_at=timezone.now() - timedelta(minutes=1))
    assert not send_due()
    working.work_off(deed_id=deed.pk)
    assert len(tell(deed)) == N


def test_two_workers_and_two_moderators_decide_each_case_once(rows, cast, cases):
    names = iter(["moderator", "senior_moderator"])
    deeds = iter([chosen(cast.user(name), cases).pk for name in ("moderator", "senior_moderator")])

    def one():
        who, key = cast.user(next(names)), next(deeds)
        bulk.try_out(moderator=who, deed_id=key, verdict=HIDE)
        bulk.begin(moderator=who, deed_id=key, action=Action.HIDE)
        return bulk.go_on(deed_id=key)

    answers = at_once(2, one)
    assert sum(one.decided for one in answers) == len(cases) == Decision.objects.count()
    assert sum(one.left for one in answers) == len(cases)

    again = [make_case(one.image) for one in cases]
    deed = chosen(cast.user("moderator"), again)
    verdict = Verdict(Action.BLUR, **WHY)
    bulk.try_out(moderator=deed.actor, deed_id=deed.pk, verdict=verdict)
    BulkDeed.objects.filter(pk=deed.pk).update(state="running", begun_at=timezone.now())
    at_once(2, lambda: bulk.go_on(deed_id=deed.pk))
    assert Decision.objects.filter(bulk=deed).count() == len(cases)


def test_a_person_gets_one_letter_with_all_that_each_notice_says(rows, cast, cases):
    other = make_case(make_image(cast.team, cast.user(Role.OWNER), title="Another"))
    deed = done(cast.user("moderator"), [*cases, other])
    sent = tell(deed)
    assert len(sent) == N + 1
    for one in sent:
        mail_notice(notice_id=one.pk)
    letters = {one.to[0]: one for one in mail.outbox}
    assert len(mail.outbox) == len(letters) == 2
    letter = letters[cast.user(Role.CREATOR).email]
    assert letter.subject == f"Hidden from others: {N} decisions about what is yours"
    for one in sent:
        if one.user == cast.user(Role.CREATOR):
            assert all(part in letter.body for part in one.text.split("\n\n"))
    assert letter.body.count("What we saw:") == 1
    links = re.findall(r"/decisions/([\w-]+)/\?key=", letter.body)
    assert set(links) == {str(one.decision_id) for one in sent if one.user.email == letter.to[0]}
    assert Notice.objects.filter(mailed_at=None).count() == 0
    assert appeal(user=cast.user(Role.CREATOR), decision_id=links[3], text="No!").decision.bulk


def test_cases_are_chosen_by_what_they_have_in_common(cast, image, cases):
    moderator, creator = cast.user("moderator"), cast.user(Role.CREATOR)
    about_person = opened(person(creator))
    others = make_case(make_image(cast.team, cast.user(Role.OWNER)))

    def count(choice, about=""):
        return bulk.choose(moderator=moderator, chosen=Chosen(choice, str(about))).total

    assert count(Choice.PERSON, creator.pk) == N + 1
    assert count(Choice.ACCOUNT, cast.team.pk) == N + 1
    assert count(Choice.TAB, "reports") == N + 2
    assert count(Choice.BYTES, cases[0].pk) == N
    assert count(Choice.ALIKE, cases[0].pk) == N
    assert count(Choice.REPORTER, cast.user("stranger").pk) == N
    assert {about_person.pk, others.pk} & set(
        Case.objects.unclosed().values_list("pk", flat=True)
    ) == {about_person.pk, others.pk}
    with pytest.raises(BulkInvalid):
        count(Choice.TAB, "closed")
    with pytest.raises(BulkInvalid):
        count(Choice.REPORTER, moderator.pk)
    for about in ("x", moderator.pk):
        with pytest.raises(NoSuchCase):
            count(Choice.ALIKE, about)


def test_nobody_chooses_what_is_their_own(cast, cases):
    own = make_case(make_image(cast.team, cast.user("moderator")))
    with pytest.raises(NoSuchCase):
        chosen(cast.user("moderator"), [*cases, own])
    deed = bulk.choose(moderator=cast.user("moderator"), chosen=Chosen(Choice.TAB, "all"))
    assert deed.total == len(cases)


def test_who_loses_the_role_decides_no_more(rows, cast, cases, monkeypatch):
    monkeypatch.setattr(working, "AT_ONCE", 0)
    moderator = cast.user("moderator")
    deed = done(moderator, cases)
    type(moderator).objects.filter(pk=moderator.pk).update(site_role=SiteRole.NONE)
    deed = bulk.go_on(deed_id=deed.pk)
    assert (deed.state, deed.decided, deed.left) == ("done", 1, N - 1)
    assert set(whys(deed)) == {Why.RANK}


def test_drafts_are_forgotten_after_a_day_and_deeds_are_not(rows, cast, cases):
    moderator = cast.user("moderator")
    draft, kept = chosen(moderator, cases[:3]), done(moderator, cases[3:])
    for one in (draft, kept):
        later(BulkDeed, one.pk, made_at=-timedelta(days=2))
    assert bulk.forget_drafts() == 1
    assert BulkDeed.objects.get() == kept

"""What people are told about a decision: what Art. 17 DSA asks for, in the text that is kept."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.core import mail
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.models import Role
from imagestudio.library.models import Image
from imagestudio.moderation.models import Case, Notice
from imagestudio.moderation.policies import EFFECTS, RULES, Action, Policy, Reason
from imagestudio.moderation.services import notices
from imagestudio.moderation.services.cases import person
from imagestudio.moderation.services.deciding import Verdict, decide_by_rule, take_back
from imagestudio.moderation.statements import WHAT, statement_of
from imagestudio.moderation.tasks import mail_notice
from tests.factories import make_image
from tests.integration.moderation.conftest import decided, later, opened, told

END = datetime(2041, 5, 1, 10, 30, tzinfo=timezone(timedelta(hours=2)))


def test_it_says_what_the_law_asks_for(cast, image):
    decision = decided(
        cast.user("moderator"),
        image,
        Action.HIDE,
        reason=Reason.VIOLENCE,
        facts="A wound fills the picture.",
        legal_ground="§ 131 StGB",
        note="Seen this before.",
        ends_at=END,
    )
    text = decision.notice.text
    assert decision.notice.subject.startswith("Hidden from others: your picture")
    assert text.startswith("We decided about your picture")
    assert ": hidden from others." in text.splitlines()[0]
    assert WHAT[Action.HIDE] in text  # (a) what is restricted, where and how long
    assert "holds everywhere, until 1 May 2041, 08:30 (UTC)" in text
    assert "A wound fills the picture." in text  # (b) the facts, and what led to them
    assert "of our own accord" in text
    assert "found by people and decided by a person" in text  # (c) machines
    assert "Legal ground: § 131 StGB" in text  # (d) the law
    assert Policy.VIOLENCE.label in text  # (e) the rule
    assert RULES[Policy.VIOLENCE] in text
    assert "object once, within 30 days" in text  # (f) redress
    assert "court" in text
    assert "Seen this before." not in text  # that is for moderators


@pytest.mark.parametrize("action", [one for one, effect in EFFECTS.items() if effect.restricts])
def test_every_restriction_says_all_of_it(cast, image, action):
    subject = person(cast.user(Role.CREATOR)) if EFFECTS[action].standing else image
    if action == Action.REJECT:
        type(image).objects.filter(pk=image.pk).update(visibility="public", review="requested")
        image.refresh_from_db()
    decision = decided(cast.user("operator"), subject, action)
    for words in (
        WHAT[action],
        "everywhere, until",
        "What we saw",
        "found by",
        "Rule of",
        "object",
    ):
        assert words in decision.notice.text


def test_a_rule_says_that_it_is_one(cast, image):
    case = opened(image, Case.Lane.RULE)
    verdict = Verdict(Action.BLUR, reason="sexual_unlabelled", facts="Skin.")
    decision = decide_by_rule(case=case, verdict=verdict, rule="skin")
    assert "found by a program and decided by a program" in decision.notice.text


def test_what_is_kept_is_what_is_sent_whatever_becomes_of_the_words(cast, image):
    decision = decided(cast.user("moderator"), image, Action.HIDE)
    before = decision.notice.text
    type(image).objects.filter(pk=image.pk).update(title="Another")
    sent = told(decision)
    assert sent.text == before
    fresh = type(decision).objects.get(pk=decision.pk)
    assert statement_of(fresh, what="your picture “Lighthouse”").text == sent.text


def test_nobody_is_told_before_the_moderator_can_change_their_mind(cast, image):
    decision = decided(cast.user("moderator"), image, Action.HIDE)
    assert notices.send_due() == []
    assert not Notice.objects.to(decision.affected).exists()
    take_back(moderator=cast.user("moderator"), decision_id=decision.pk)
    assert Notice.objects.due().count() == 0
    assert Notice.objects.get().withdrawn_at < datetime.now(UTC)


def test_each_decision_has_one_notice_and_nothing_has_none(cast, image):
    moderator = cast.user("moderator")
    decided(moderator, image, Action.KEEP)
    assert not Notice.objects.exists()
    hidden = decided(moderator, image, Action.HIDE)
    image.refresh_from_db()
    shown = decided(moderator, image, Action.RESTORE)
    assert {one.decision for one in Notice.objects.all()} == {hidden, shown}


def test_a_prompt_of_several_lines_heads_a_letter_in_one(cast):
    author = cast.user(Role.CREATOR)
    image = make_image(
        cast.team, author, title="", prompt="a tower\r\nBcc: all@example.test\u2028\nbehind it"
    )
    notice = told(decided(cast.user("moderator"), image, Action.HIDE))
    mail_notice(notice_id=str(notice.pk))
    [letter] = mail.outbox
    assert letter.subject.endswith("your picture “a tower Bcc: all@example.test behind it”")
    assert letter.recipients() == [author.email]


def test_a_letter_that_was_lost_is_tried_again_for_three_days(cast, image):
    notice = told(decided(cast.user("moderator"), image, Action.HIDE))
    jobs = ProcrastinateJob.objects.filter(task_name="moderation.mail_notice")
    assert (notices.mail_again(), jobs.count()) == (0, 1)  # its own job is still at it
    later(Notice, notice.pk, sent_at=-timedelta(hours=2))
    assert (notices.mail_again(), jobs.count()) == (1, 2)
    for job in jobs:
        mail_notice(**job.args)
    assert len(mail.outbox) == 1
    assert notices.mail_again() == 0
    Notice.objects.update(mailed_at=None)
    later(Notice, notice.pk, sent_at=-timedelta(days=4))
    assert notices.mail_again() == 0


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RESTORE])
def test_what_lies_in_the_trash_is_not_said_to_be_shown(cast, image, action):
    shown = {"visibility": "public", "review": "requested"}
    is_asked = action == Action.APPROVE
    fields = shown if is_asked else {"moderation": "blurred"}
    Image.objects.filter(pk=image.pk).update(trashed_at=Now(), **fields)
    image.refresh_from_db()
    text = decided(cast.user("moderator"), image, action).notice.text
    assert WHAT[action] not in text
    assert "in the trash now, where nobody else sees it" in text

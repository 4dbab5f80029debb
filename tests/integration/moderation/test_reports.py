"""People report a public picture: one case, whoever and however many they are."""

from datetime import timedelta
from itertools import count
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.library.services.publishing import lock_image
from imagestudio.library.services.publishing import publish as show
from imagestudio.moderation.exceptions import ReportInvalid, TooManyReports
from imagestudio.moderation.mail import mail_answers
from imagestudio.moderation.models import Case, Report
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.reports import HEARD, report_publication
from tests.integration.moderation.conftest import decided
from tests.threads import at_once

PEOPLE = 50


@pytest.fixture
def public(image):
    """Return the picture, which everybody sees."""
    with transaction.atomic():
        show(
            image=lock_image(image.pk),
            user=image.created_by,
            shows_prompt=False,
            name="",
            is_approved=True,
        )
    return image


def report(image, reporter=None, address="198.51.100.1", reason="hate", text="", **fields):
    who = {"reporter": reporter, "address": address}
    return report_publication(image_id=image.pk, reason=reason, text=text, **who, **fields)


def test_fifty_people_at_once_make_one_case_and_fifty_reports(rows, cast, public):
    people = User.objects.bulk_create(User(email=f"p{n}@example.test") for n in range(PEOPLE))
    turn = count()
    made = at_once(PEOPLE, lambda: report(public, people[next(turn)]))
    case = Case.objects.get()
    assert len(made) == PEOPLE
    assert case.reports.count() == PEOPLE
    assert case.weight == sum(one.weight for one in made) == 4  # all are new here
    assert (case.state, case.lane) == (Case.State.OPEN, Case.Lane.REPORT)


def test_the_same_person_at_once_reports_once_and_weighs_once(rows, cast, public):
    reporter = cast.user("stranger")
    made = at_once(4, lambda: report(public, reporter))
    assert len({one.pk for one in made}) == 1
    assert Case.objects.get().weight == Report.objects.get().weight


def test_what_is_urgent_comes_first(cast, public):
    report(public, cast.user("viewer"))
    report(public, cast.user("stranger"), reason="child_safety")
    case = Case.objects.get()
    assert case.lane == Case.Lane.LEGAL
    assert case.weight == 2 + 2 * 10
    assert case.due_at is None


def test_a_picture_of_a_real_person_is_due_in_two_days_from_the_first_report(cast, public):
    report(public, cast.user("viewer"), reason="ncii_or_deepfake_of_real_person")
    due = Case.objects.get().due_at
    assert timedelta(hours=47) < due - timezone.now() <= timedelta(hours=48)
    report(public, cast.user("stranger"), reason="ncii_or_deepfake_of_real_person")
    assert Case.objects.get().due_at == due


def test_after_a_decision_a_report_opens_another_case(cast, public):
    first = report(public, cast.user("viewer"))
    decided(cast.user("moderator"), public, Action.KEEP)
    second = report(public, cast.user("viewer"))
    assert first.case != second.case
    first.refresh_from_db()
    assert "breaks no rule" in first.answer
    assert Case.objects.unclosed().count() == 1


def test_strangers_report_too_and_not_without_end(public):
    for _ in range(5):
        report(public, email="somebody@example.test")
    with pytest.raises(TooManyReports):
        report(public)
    report(public, address="198.51.100.2")
    assert Case.objects.get().weight == 6


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "ugly"},
        {"reason": ""},
        {"reason": "other"},
        {"text": "x" * 2001},
        {"text": "a\0b"},
        {"text": "a\ud800b"},
        {"email": "nobody"},
    ],
)
def test_a_report_that_says_nothing_changes_nothing(public, fields):
    with pytest.raises(ReportInvalid):
        report(public, **fields)
    assert not Case.objects.exists()


def test_what_is_not_public_cannot_be_reported(cast, image):
    with pytest.raises(NoSuchPublication):
        report(image, cast.user("stranger"))


def test_an_address_gets_one_letter_about_a_case_however_often_it_is_typed(cast, public):
    for address in ("ada@example.test", "Ada@example.test ", "bob@example.test"):
        made = report(public, email=address, text="It is mine.")
    decided(cast.user("moderator"), public, Action.KEEP)
    mail_answers(case_id=made.case_id)
    assert made.case.reports.filter(text="It is mine.").count() == 3  # each of them is heard
    assert sorted(one.to[0] for one in mail.outbox) == ["ada@example.test", "bob@example.test"]


class Picky(EmailBackend):
    """A post that takes no letter to `gone@example.test`."""

    def send_messages(self, messages):
        if "gone@example.test" in messages[0].to:
            raise SMTPRecipientsRefused({})
        return super().send_messages(messages)


def test_an_address_that_takes_no_letter_keeps_none_from_others(cast, public, settings):
    for address in ("gone@example.test", "ada@example.test"):
        made = report(public, email=address)
    decided(cast.user("moderator"), public, Action.KEEP)
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    for _ in range(2):  # as the job does
        with pytest.raises(SMTPRecipientsRefused):
            mail_answers(case_id=made.case_id)
    assert [one.to for one in mail.outbox] == [["ada@example.test"]]


def test_a_crowd_of_strangers_weighs_no_more_than_some(public):
    made = [report(public, address=f"198.51.100.{number}") for number in range(HEARD + 2)]
    assert [one.weight for one in made] == [1] * HEARD + [0, 0]
    assert Case.objects.get().weight == HEARD

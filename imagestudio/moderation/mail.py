"""Letters about decisions: to whom they concern, and to strangers who reported something."""

from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from imagestudio.moderation.models import Notice, Report
from imagestudio.moderation.services.inbox import key_of
from imagestudio.moderation.services.notices import note_mailed
from imagestudio.moderation.services.reports import forget_address


def mail_notice(*, notice_id: UUID) -> None:
    """Send the letter of a notice once; to nobody when its person has closed everything."""
    notice = Notice.objects.select_related("user").filter(pk=notice_id, mailed_at=None).first()
    if notice is None or notice.user.closed_at is not None:
        return
    text = render_to_string("moderation/mail/notice.txt", {"notice": notice, "link": link(notice)})
    EmailMessage(notice.subject, text, to=[notice.user.email]).send()
    note_mailed(notice=notice)


def link(notice: Notice) -> str:
    """Return the address of a decision with the key that opens it to whoever cannot sign in."""
    address = reverse("moderation:decision", args=[notice.decision_id])
    return f"{settings.PUBLIC_URL}{address}?key={key_of(notice)}"


def mail_answers(*, case_id: UUID) -> None:
    """Tell strangers what came of their reports in a case, and forget their addresses.

    One that takes no letter keeps none from the others; the last error is raised once all of them
    were tried.
    """
    failed: OSError | None = None  # as all errors of `smtplib` are
    for report in Report.objects.filter(case=case_id).answerable():
        text = render_to_string("moderation/mail/answer.txt", {"report": report})
        try:
            EmailMessage("What came of your report", text, to=[report.email]).send()
        except OSError as error:
            failed = error
        else:
            forget_address(report)
    if failed is not None:
        raise failed

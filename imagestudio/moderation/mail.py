"""Letters about decisions: to whom they concern, and to strangers who reported something."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from imagestudio.moderation.models import Notice, RemovalRequest, Report
from imagestudio.moderation.policies import RULES, Action, Reason
from imagestudio.moderation.services.inbox import key_of
from imagestudio.moderation.services.legal.requests import note_acknowledged
from imagestudio.moderation.services.looks import telling
from imagestudio.moderation.services.notices import beside, in_line, note_mailed
from imagestudio.moderation.services.reports import forget_address
from imagestudio.moderation.statements import TITLES


def mail_notice(*, notice_id: UUID) -> None:
    """Send the letter of a notice once; to nobody when its person has closed everything.

    What a bulk deed decided about them goes in the same letter.
    """
    waiting = Notice.objects.select_related("user", "decision").filter(mailed_at=None)
    notice = waiting.filter(pk=notice_id).first()
    if notice is None or notice.user.closed_at is not None:
        return
    together = beside(notice)
    if len(together) > 1:
        subject, template = subject_of_many(together), "moderation/mail/notices.txt"
        context: dict[str, Any] = {"parts": parts_of(together)}
    else:
        subject, template = notice.subject, "moderation/mail/notice.txt"
        context = {"notice": notice, "link": link(notice)}
    text = render_to_string(template, context)
    EmailMessage(subject, text, to=[notice.user.email]).send()
    note_mailed(together)


def subject_of_many(notices: Sequence[Notice]) -> str:
    """Return the subject line of a letter with several notices, all of the same action."""
    title = TITLES[Action(notices[0].decision.action)]
    return f"{title}: {len(notices)} decisions about what is yours"


def parts_of(notices: Sequence[Notice]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what notices have in common with what each of them says first, and its link.

    All that each says stands in the letter; what many say stands there once.
    """
    parts: dict[str, list[tuple[str, str]]] = {}
    for one in notices:
        first, _, rest = one.text.partition("\n\n")
        parts.setdefault(rest, []).append((first, link(one)))
    return list(parts.items())


def link(notice: Notice) -> str:
    """Return the address of a decision with the key that opens it to whoever cannot sign in."""
    address = reverse("moderation:decision", args=[notice.decision_id])
    return f"{settings.PUBLIC_URL}{address}?key={key_of(notice)}"


def mail_request(*, request_id: UUID) -> None:
    """Acknowledge a request to remove something, once, under its number."""
    request = RemovalRequest.objects.filter(pk=request_id, acknowledged_at=None).first()
    if request is None or not request.email:
        return
    count = request.reports.count()
    text = render_to_string("moderation/mail/request.txt", {"request": request, "count": count})
    EmailMessage(f"Your request {request.number}", text, to=[request.email]).send()
    note_acknowledged(request)


def mail_answers(*, case_id: UUID) -> None:
    """Tell strangers what came of their reports in a case, and forget their addresses.

    One that takes no letter keeps none from the others; the last error is raised once all of them
    were tried.
    """
    failed: OSError | None = None  # as all errors of `smtplib` are
    for report in Report.objects.filter(case=case_id).answerable().select_related("request"):
        text = render_to_string("moderation/mail/answer.txt", {"report": report})
        try:
            EmailMessage("What came of your report", text, to=[report.email]).send()
        except OSError as error:
            failed = error
        else:
            forget_address(report)
    if failed is not None:
        raise failed


def mail_look(*, notice_id: UUID) -> None:
    """Tell an owner once that staff has looked into a library of theirs."""
    notice = telling.unmailed(notice_id)
    if notice is None:
        return
    look, account = notice.look, notice.look.account
    address = settings.PUBLIC_URL + reverse("moderation:looks_into", args=[account.slug])
    context = {
        "look": look,
        "rule": RULES[Reason(look.reason).policy],
        "row": telling.row_of(look),
        "address": address,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    text = render_to_string("moderation/mail/look.txt", context)
    name = in_line(account.name)
    EmailMessage(f"Staff has looked into {name}", text, to=[notice.user.email]).send()
    telling.note_mailed(notice=notice)

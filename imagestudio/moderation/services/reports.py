"""Reports: what people say against public and shared pictures, signed in or not."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.accounts.services.calls import count
from imagestudio.jobs import enqueue
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.library.models import Image, Publication, ShareLink
from imagestudio.library.services.shares import address_row
from imagestudio.moderation.exceptions import ReportInvalid, TooManyReports
from imagestudio.moderation.models import Case, RemovalRequest, Report
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import open_case, picture, words_of
from imagestudio.moderation.services.notices import PATIENCE
from imagestudio.moderation.services.reporters import (
    is_muted,
    is_new,
    left_for_newcomers,
    worth_of,
)

# Reports in a minute: of somebody who is signed in, and of all such people from one address; of
# strangers from one address, and of all strangers.
OF_PERSON, OF_PLACE = 10, 60
OF_ADDRESS, OF_STRANGERS = 5, 60
URGENT = 10  # times as much
HEARD = 10  # strangers' reports in one case that weigh anything: nobody can tell who they are

ANSWERS = {
    Case.Outcome.ACTIONED: "Thank you. We looked at it, and did something about it.",
    Case.Outcome.NO_VIOLATION: "Thank you. We looked at it, and found that it breaks no rule.",
    Case.Outcome.INVALID_REPORT: "We looked at it. The report was not one that we can act on.",
    Case.Outcome.DUPLICATE: "Thank you. It was decided together with another report.",
    Case.Outcome.WITHDRAWN: "Thank you. It is not shown any more.",
}


def report_publication(
    *,
    image_id: UUID,
    reporter: User | None,
    address: str,
    reason: str,
    text: str,
    email: str = "",
) -> Report:
    """Return the report of a public picture; of one person there is one in each case.

    `address` is the network address it came from, `email` where a stranger wants an answer.
    Raises NoSuchPublication, ReportInvalid, TooManyReports.
    """
    refuse_too_many(reporter, address)
    found = (
        Publication.objects.public().filter(pk=image_id).select_related("image__account").first()
    )
    if found is None:
        raise NoSuchPublication("There is no such public picture.")
    return _report(found.image, reporter, reason, text, email)


def report_shared(
    *,
    link: ShareLink,
    image_id: UUID,
    reporter: User | None,
    address: str,
    reason: str,
    text: str,
    email: str = "",
) -> Report:
    """Return the report of a picture that a link shows. Raises as `report_publication`."""
    refuse_too_many(reporter, address)
    image = link.images().filter(pk=image_id).select_related("account").first()
    if image is None:
        raise NoSuchPublication("This link shows no such picture.")
    return _report(image, reporter, reason, text, email)


def report_by_request(*, image: Image, request: RemovalRequest) -> Report:
    """Return the report of a picture in a request to remove it, in the legal lane.

    To be called in the transaction of the request.
    """
    return _report(image, None, request.reason, request.text, request.email, request=request)


@transaction.atomic
def _report(
    image: Image,
    reporter: User | None,
    reason: str,
    text: str,
    email: str,
    *,
    request: RemovalRequest | None = None,
) -> Report:
    words, why = words_of(text, least=0, error=ReportInvalid), checked(reason, text, email)
    if reporter is not None and is_muted(reporter):
        return keep_muted(image, reporter, why, words)
    times = URGENT if why.is_urgent else 1
    weight = worth_of(reporter) * times
    lane = Case.Lane.LEGAL if why.is_legal or request else Case.Lane.REPORT
    case = open_case(subject=picture(image), lane=lane, actor=reporter)
    if reporter is not None and (mine := case.reports.filter(reporter=reporter).first()):
        return mine
    if reporter is None and case.reports.filter(reporter=None).count() >= HEARD:
        weight = 0
    if reporter is not None and not reporter.is_moderator and is_new(reporter):
        weight = max(0, min(weight, left_for_newcomers(image, times)))
    Case.objects.filter(pk=case.pk).update(weight=F("weight") + weight)
    if why.within is not None:  # counted from the first report that says so
        Case.objects.filter(pk=case.pk, due_at=None).update(due_at=Now() + why.within)
    note(Verb.REPORTED, actor=reporter, case=case, reason=why)
    return Report.objects.create(
        case=case,
        reporter=reporter,
        email="" if reporter else letter_to(case, email),
        request=request,
        reason=why,
        text=words,
        weight=weight,
    )


def keep_muted(image: Image, reporter: User, why: Reason, words: str) -> Report:
    """Return the report of somebody whose reports are muted, in a transaction.

    It is kept, in the open case if there is one, and changes nothing.
    """
    case = Case.objects.unclosed().filter(image=image).select_for_update(no_key=True).first()
    about = {"case": case} if case else {"image": image, "case": None}
    new = Report(**about, reporter=reporter, reason=why, text=words, weight=0)
    Report.objects.bulk_create([new], ignore_conflicts=True)
    made = Report.objects.get(**about, reporter=reporter)
    if made.pk == new.pk:
        note(Verb.REPORTED, actor=reporter, case=case, image_id=image.pk, reason=why)
    return made


def letter_to(case: Case, email: str) -> str:
    """Return the address if no earlier report in a case waits for an answer there, else nothing.

    So nobody gets more than one letter about a case, whoever types their address how often.
    """
    address = email.strip()
    return "" if case.reports.filter(email__iexact=address).exists() else address


def checked(reason: str, text: str, email: str) -> Reason:
    """Return the reason of a report that can be taken as it is. Raises ReportInvalid."""
    if reason not in Reason.values:
        raise ReportInvalid("Choose what is wrong with it.")
    if reason == Reason.OTHER and not text.strip():
        raise ReportInvalid("Say what is wrong with it.")
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError as error:
            raise ReportInvalid("This is not an e-mail address.") from error
    return Reason(reason)


def refuse_too_many(reporter: User | None, address: str) -> None:
    """Count a report, whatever becomes of it. Raises TooManyReports."""
    place = address_row(address)
    limits = (
        {reporter.pk: OF_PERSON, counted(f"people/{place}"): OF_PLACE}
        if reporter
        else {counted(f"strangers/{place}"): OF_ADDRESS, counted("strangers"): OF_STRANGERS}
    )
    allowance = count(limits)
    if allowance.is_used_up:
        raise TooManyReports(
            "That were many reports. Wait a minute, then go on.", retry_after=allowance.reset
        )


def counted(what: str) -> UUID:
    """Return the row in which some reports are counted."""
    return uuid5(NAMESPACE_URL, f"reports/{what}")


def answer_reports(case: Case, *, is_held: bool = False) -> int:
    """Answer what was reported in a case that is closed, and return how many reports that were.

    Strangers who left an address get a letter, once the decision cannot be taken back unnoticed;
    `is_held` leaves that to `mail_strangers`. To be called in the transaction that closes the case.
    """
    answer = ANSWERS[Case.Outcome(case.outcome)]
    count = case.reports.filter(answered_at=None).update(answered_at=Now(), answer=answer)
    if not is_held:
        mail_strangers([case.pk])
    return count


def mail_strangers(cases: Sequence[UUID]) -> None:
    """Write to strangers who left an address with a report in one of these cases, soon."""
    waiting = Report.objects.filter(case__in=cases).answerable().order_by()
    for key in waiting.values_list("case", flat=True).distinct():
        wait = PATIENCE.total_seconds()
        enqueue("moderation.mail_answers", wait=wait, case_id=str(key))


def forget_address(report: Report) -> None:
    """Forget where a stranger was answered: it is used for nothing else."""
    Report.objects.filter(pk=report.pk).update(email="")

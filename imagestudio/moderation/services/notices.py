"""Telling people what was decided about their things, a few seconds after it was."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Membership, User
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import NoSuchDecision
from imagestudio.moderation.models import Case, Decision, Notice
from imagestudio.moderation.policies import EFFECTS, Action
from imagestudio.moderation.statements import statement_of

PATIENCE = timedelta(seconds=10)  # in which a moderator may take a decision back unnoticed
TRIED = timedelta(minutes=50)  # in which a job tries by itself to send a letter
GIVEN_UP = timedelta(days=3)
SILENT = (Action.KEEP,)  # what nobody has to be told: nothing happened to them


def write_notice(decision: Decision) -> Notice | None:
    """Return the notice of a decision, to be sent soon; None where it changes nothing for anybody.

    To be called in the transaction of the decision.
    """
    if decision.action in SILENT:
        return None
    statement = statement_of(decision, what=name_of(decision.case, decision.affected))
    notice = Notice.objects.create(
        decision=decision,
        user=decision.affected,
        subject=statement.subject,
        text=statement.text,
        by_mail=EFFECTS[Action(decision.action)].restricts
        or decision.action in {Action.REVERSE, Action.UPHOLD, Action.REINSTATE},
        due_at=Now() + PATIENCE,
    )
    enqueue("moderation.tell", wait=PATIENCE.total_seconds())
    return notice


def name_of(case: Case, reader: User) -> str:
    """Return what this person calls the subject of a case, in one line: it heads a letter.

    Whoever has left an account does not learn how its pictures are called by now.
    """
    if case.image is not None:
        is_member = Membership.objects.filter(account=case.account, user=reader).exists()
        words = in_line(case.image.title or case.image.prompt[:80]) if is_member else ""
        return f"your picture “{words}”" if words else "a picture of yours"
    if case.screening is not None:
        return f"your prompt “{in_line(case.screening.text[:80])}”"
    if case.subject_account is not None:
        return f"the account “{in_line(case.subject_account.name)}”"
    return "your user account"


def in_line(words: str) -> str:
    """Return a text without its breaks of lines, which no header of a letter can hold."""
    return " ".join(words.split())


@transaction.atomic
def send_due(*, most: int = 100) -> list[Notice]:
    """Return the notices that are out from now on; letters still have to be sent for some."""
    due = Notice.objects.due().select_for_update(skip_locked=True, no_key=True)
    found = list(due.select_related("user").order_by("due_at")[:most])
    Notice.objects.filter(pk__in=[one.pk for one in found]).update(sent_at=Now())
    for one in found:
        if one.by_mail:
            enqueue("moderation.mail_notice", notice_id=str(one.pk))
    return found


def mail_again(*, most: int = 1000) -> int:
    """Try letters once more that no job tries any more, for three days; return how many."""
    since, until = Now() - GIVEN_UP, Now() - TRIED
    lost = Notice.objects.unmailed().filter(sent_at__gt=since, sent_at__lt=until)
    keys = list(lost.filter(user__closed_at=None).values_list("pk", flat=True)[:most])
    for key in keys:
        enqueue("moderation.mail_notice", notice_id=str(key))
    return len(keys)


def note_mailed(*, notice: Notice) -> None:
    """Note that the letter of a notice has left."""
    Notice.objects.filter(pk=notice.pk, mailed_at=None).update(mailed_at=Now())


def lock_notice(decision_id: UUID) -> None:
    """Lock the notice of a decision, which has one row at most; the decision's cannot be locked.

    That would take the right to change it, which the application need not have.
    """
    list(Notice.objects.select_for_update(no_key=True).filter(decision=decision_id))


def withdraw_notice(decision: Decision) -> bool:
    """Say whether the notice of a decision was held back in time, so that nobody is ever told."""
    waiting = Notice.objects.filter(decision=decision, sent_at=None, withdrawn_at=None)
    return bool(waiting.update(withdrawn_at=Now()))


@transaction.atomic
def see_notice(*, user: User, decision_id: UUID) -> Notice:
    """Return what a person was told about a decision, noted as seen. Raises NoSuchDecision."""
    mine = Notice.objects.to(user).filter(decision=decision_id)
    mine.filter(seen_at=None).update(seen_at=Now())
    found = mine.select_related("decision__case__image__file").first()
    if found is None:
        raise NoSuchDecision("There is no such decision about you.")
    return found

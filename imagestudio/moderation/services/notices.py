"""Telling people what was decided about their things, a few seconds after it was."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Membership, User
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import NoSuchDecision
from imagestudio.moderation.models import BulkDeed, Case, Decision, Notice
from imagestudio.moderation.policies import EFFECTS, Action
from imagestudio.moderation.statements import statement_of

PATIENCE = timedelta(seconds=10)  # in which a moderator may take a decision back unnoticed
LONGEST_HOLD = timedelta(hours=1)  # in which a bulk deed tells of what it has decided so far
TRIED = timedelta(minutes=50)  # in which a job tries by itself to send a letter
GIVEN_UP = timedelta(days=3)
SILENT = (Action.KEEP,)  # what nobody has to be told: nothing happened to them


class TooLate(Exception):
    """Somebody has been told already."""


def write_notice(decision: Decision, *, is_held: bool = False) -> Notice | None:
    """Return the notice of a decision, to be sent soon; None where it changes nothing for anybody.

    `is_held` keeps it back until `let_go`. To be called in the transaction of the decision.
    """
    if decision.action in SILENT:
        return None
    statement = statement_of(decision, what=name_of(decision.case, decision.affected))
    notice = Notice.objects.create(
        decision=decision,
        user=decision.affected,
        subject=statement.subject,
        text=statement.text,
        by_mail=goes_by_mail(Action(decision.action)),
        due_at=Now() + (LONGEST_HOLD if is_held else PATIENCE),
    )
    if not is_held:
        enqueue("moderation.tell", wait=PATIENCE.total_seconds())
    return notice


def let_go(deed: BulkDeed) -> None:
    """Send the notices of a bulk deed soon, all at once: all its decisions are there now."""
    held = Notice.objects.of_deed(deed).filter(sent_at=None, withdrawn_at=None)
    if held.update(due_at=Now() + PATIENCE):
        enqueue("moderation.tell", wait=PATIENCE.total_seconds())


def withdraw_all(deed: BulkDeed) -> bool:
    """Say whether all notices of a bulk deed are held back in time; else none of them is."""
    with suppress(TooLate), transaction.atomic():
        of_deed = Notice.objects.of_deed(deed)
        of_deed.filter(sent_at=None, withdrawn_at=None).update(withdrawn_at=Now())
        if of_deed.filter(sent_at__isnull=False).exists():
            raise TooLate
        return True
    return False


def goes_by_mail(action: Action) -> bool:
    """Say whether a letter tells of an action, and not a page alone."""
    return EFFECTS[action].restricts or action in {
        Action.REVERSE,
        Action.UPHOLD,
        Action.REINSTATE,
    }


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
    due = Notice.objects.due().select_for_update(of=("self",), skip_locked=True, no_key=True)
    due = due.select_related("user", "decision").order_by("due_at")
    found = {one.pk: one for one in due[:most]}
    # What was decided together is told together, however much it is.
    deeds = {one.decision.bulk_id for one in found.values()} - {None}
    if deeds:
        found |= {one.pk: one for one in due.filter(decision__bulk__in=deeds)}
    Notice.objects.filter(pk__in=found).update(sent_at=Now())
    write_letters(found.values())
    struck = {one.user_id for one in found.values() if one.decision.strike_points}
    for user in struck:  # what counts against somebody is final now
        enqueue("moderation.weigh_strikes", user_id=str(user))
    return list(found.values())


def write_letters(notices: Iterable[Notice]) -> int:
    """Enqueue the letters of some notices, and return how many: one for those that belong together.

    Those of one person that come of one bulk deed do.
    """
    first: dict[Any, Notice] = {}
    for one in notices:
        if one.by_mail:
            together = (one.decision.bulk_id, one.user_id, one.decision.reverses_id is None)
            first.setdefault(together if one.decision.bulk_id else one.pk, one)
    for one in first.values():
        enqueue("moderation.mail_notice", notice_id=str(one.pk))
    return len(first)


def beside(notice: Notice) -> list[Notice]:
    """Return what goes into one letter with a notice that has none yet: itself, and what is alike.

    That is what the same bulk deed decided, or took back, about the same person.
    """
    if notice.decision.bulk_id is None:
        return [notice]
    alike = Notice.objects.unmailed().filter(
        user=notice.user_id,
        decision__bulk=notice.decision.bulk_id,
        decision__reverses__isnull=notice.decision.reverses_id is None,
    )
    return list(alike.select_related("decision").order_by("made_at", "id")) or [notice]


def mail_again(*, most: int = 1000) -> int:
    """Try letters once more that no job tries any more, for three days; return how many."""
    since, until = Now() - GIVEN_UP, Now() - TRIED
    lost = Notice.objects.unmailed().filter(sent_at__gt=since, sent_at__lt=until)
    lost = lost.filter(user__closed_at=None).select_related("decision")
    return write_letters(lost[:most])


def note_mailed(notices: Iterable[Notice]) -> None:
    """Note that the letter of some notices has left."""
    keys = [one.pk for one in notices]
    Notice.objects.filter(pk__in=keys, mailed_at=None).update(mailed_at=Now())


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

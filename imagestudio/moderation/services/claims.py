"""Claims: who has a case in hand, as a lease that ends by itself."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import ActionNotOffered, DecisionInvalid, NoSuchCase
from imagestudio.moderation.models import AuditEntry, Case
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import held

LEASE = timedelta(minutes=5)
LONGEST_SNOOZE = timedelta(days=30)
LAST_HOURS = timedelta(hours=2)  # before the law's time, in which a case cannot be put off
MEMORY = timedelta(minutes=30)  # in which nobody is given again what they have skipped


@transaction.atomic
def claim(*, moderator: User, case_id: UUID) -> Case:
    """Return a case that this moderator has in hand for five minutes (longer, if asked again).

    Only who can decide something in it keeps it from others: an objection is not put off by whom
    it is against. Raises NoSuchCase (also for one that is closed), CaseClaimed, ActionNotOffered.
    """
    case = take(moderator=moderator, case_id=case_id)
    if not offered(case, moderator):
        raise ActionNotOffered("There is nothing for you to decide in it: leave it to others.")
    return case


def take(*, moderator: User, case_id: UUID) -> Case:
    """Return a case that this moderator has in hand, in a transaction. Raises as `claim`."""
    was_mine = Case.objects.filter(pk=case_id, claimed_by=moderator, claimed_until__gt=Now())
    is_new = not was_mine.exists()
    free = Case.objects.unclosed().free_for(moderator).filter(pk=case_id)
    taken = free.update(claimed_by=moderator, claimed_until=Now() + LEASE)
    case = Case.objects.select_related("claimed_by").filter(pk=case_id).first()
    if case is None or (not taken and case.state == Case.State.CLOSED):
        raise NoSuchCase("There is no such open case.")
    if not taken:
        raise held(case)
    if is_new:
        note(Verb.CLAIMED, actor=moderator, case=case)
    return case


@transaction.atomic
def release(*, moderator: User, case_id: UUID) -> None:
    """Give a case back, if this moderator has it in hand."""
    mine = Case.objects.filter(pk=case_id, claimed_by=moderator)
    if mine.update(claimed_by=None, claimed_until=None):
        note(Verb.RELEASED, actor=moderator, case=Case.objects.get(pk=case_id))


def skipped_by(moderator: User) -> QuerySet[AuditEntry, UUID | None]:
    """Return the ids of the cases that a moderator left to others a short while ago."""
    skipped = AuditEntry.objects.filter(actor=moderator, verb=Verb.SKIPPED, at__gt=Now() - MEMORY)
    return skipped.values_list("case", flat=True)


@transaction.atomic
def skip(*, moderator: User, case_id: UUID) -> None:
    """Leave a case to others, which the log remembers. Raises NoSuchCase."""
    case = Case.objects.unclosed().filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase("There is no such open case.")
    note(Verb.SKIPPED, actor=moderator, case=case)
    Case.objects.filter(pk=case_id, claimed_by=moderator).update(
        claimed_by=None, claimed_until=None
    )


@transaction.atomic
def snooze(*, moderator: User, case_id: UUID, wait: timedelta) -> Case:
    """Return a case that leaves the queue for a while, thirty days at most.

    One for which the law sets a time is back two hours before it.

    Raises NoSuchCase, CaseClaimed, ActionNotOffered, DecisionInvalid (about the time).
    """
    if wait <= timedelta():
        raise DecisionInvalid("It has to come back at a later time.")
    case = claim(moderator=moderator, case_id=case_id)
    until = timezone.now() + min(wait, LONGEST_SNOOZE)
    if case.due_at is not None:
        until = min(until, case.due_at - LAST_HOURS)
        if until <= timezone.now():
            raise DecisionInvalid("The law wants an answer soon: this case cannot be put off.")
    Case.objects.filter(pk=case.pk).update(
        snoozed_until=until,
        claimed_by=None,
        claimed_until=None,
        version=F("version") + 1,
    )
    note(Verb.SNOOZED, actor=moderator, case=case, hours=int(wait.total_seconds() // 3600))
    case.refresh_from_db()
    return case

"""Trying a bulk deed: what would happen, and to whom, before anything does."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import BulkSettled, DecisionInvalid, NoSuchBulkDeed
from imagestudio.moderation.models import BulkCase, BulkDeed, Case
from imagestudio.moderation.permissions import Facts, offered, why_not
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.deciding.carrying_out import ANSWERS
from imagestudio.moderation.services.deciding.verdicts import check
from imagestudio.moderation.services.notices import SILENT, goes_by_mail

KEPT = timedelta(days=1)  # for which a draft waits
Why = BulkCase.Why


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a bulk deed would do now, and what it would leave alone and why.

    `told` are the people who would be told something, with of how many decisions; each of them gets
    one letter where `by_mail`, else sees it on a page.
    """

    deed: BulkDeed
    verdict: Verdict
    decides: Sequence[Case]
    left: Mapping[BulkCase.Why, Sequence[Case]]
    told: Sequence[tuple[User, int]]
    by_mail: bool


def draft_of(moderator: User, deed_id: UUID) -> BulkDeed:
    """Return a draft of this moderator. Raises NoSuchBulkDeed, BulkSettled (it was done)."""
    deed = BulkDeed.objects.filter(pk=deed_id, actor=moderator).first()
    if deed is None:
        raise NoSuchBulkDeed("There is no such bulk deed of yours.")
    if deed.state != BulkDeed.State.DRAFT:
        raise BulkSettled("It was done already.")
    return deed


def try_out(*, moderator: User, deed_id: UUID, verdict: Verdict) -> Forecast:
    """Return what a draft would do with this verdict, which it remembers. Nothing is decided.

    Raises NoSuchBulkDeed, BulkSettled, DecisionInvalid.
    """
    check_together(verdict)
    deed = draft_of(moderator, deed_id)
    if deed.choice == BulkDeed.Choice.REPORTER and verdict.outcome != Case.Outcome.INVALID_REPORT:
        raise DecisionInvalid("Here reports are found invalid, and nothing else is decided.")
    remember(deed, verdict)
    return forecast(deed, moderator, verdict.action)


def check_together(verdict: Verdict) -> None:
    """Do nothing if a verdict can be one of many cases. Raises DecisionInvalid."""
    check(verdict)
    if verdict.action in ANSWERS:
        raise DecisionInvalid("Objections are decided one by one.")


def remember(deed: BulkDeed, verdict: Verdict) -> None:
    """Let a draft know with what it was tried. Raises BulkSettled."""
    values = {
        "action": verdict.action,
        "reason": verdict.reason,
        "facts": verdict.facts.strip(),
        "note": verdict.note.strip(),
        "legal_ground": verdict.legal_ground.strip(),
        "ends_at": verdict.ends_at,
        "outcome": verdict.outcome or "",
    }
    mine = BulkDeed.objects.filter(pk=deed.pk, state=BulkDeed.State.DRAFT)
    if not mine.update(**values):
        raise BulkSettled("It was done already.")
    deed.refresh_from_db()


def verdict_of(deed: BulkDeed) -> Verdict:
    """Return what a bulk deed decides in each of its cases."""
    return Verdict(
        Action(deed.action),
        reason=deed.reason,
        facts=deed.facts,
        note=deed.note,
        legal_ground=deed.legal_ground,
        ends_at=deed.ends_at,
        outcome=Case.Outcome(deed.outcome) if deed.outcome else None,
        bulk_id=deed.pk,
    )


def forecast(deed: BulkDeed, moderator: User, action: Action) -> Forecast:
    """Return what a draft would do now. The number of statements is the same for any draft."""
    items = chosen_in(deed)
    facts = Facts.about([one.case for one in items], moderator)
    decides: list[Case] = []
    left: dict[BulkCase.Why, list[Case]] = {}
    for one in items:
        why = hindrance(one, moderator) or why_not(one.case, moderator, action, facts)
        if why is None:
            decides.append(one.case)
        else:
            left.setdefault(why, []).append(one.case)
    told = Counter(facts.affected[one.pk] for one in decides if action not in SILENT)
    return Forecast(
        deed=deed,
        verdict=verdict_of(deed),
        decides=decides,
        left=left,
        told=told.most_common(),
        by_mail=goes_by_mail(action),
    )


def choices_of(deed: BulkDeed, moderator: User) -> list[tuple[Action, int]]:
    """Return what can be decided in a draft, each with in how many of its cases."""
    items = chosen_in(deed)
    facts = Facts.about([one.case for one in items], moderator)
    counts = Counter(
        action
        for one in items
        if hindrance(one, moderator) is None
        for action in offered(one.case, moderator, facts)
    )
    return [(one, counts[one]) for one in Action if counts[one] and one not in ANSWERS]


def chosen_in(deed: BulkDeed) -> list[BulkCase]:
    """Return the cases of a deed, in the order of the queue, with all that the rules ask."""
    items = deed.cases.select_related(
        "case__account__person", "case__account__made_by", "case__image__created_by",
        "case__image__account", "case__user", "case__subject_account", "case__screening__user",
        "case__claimed_by",
    )  # fmt: skip
    return list(items.order_by("id"))


def hindrance(one: BulkCase, moderator: User) -> BulkCase.Why | None:
    """Return what keeps a case from being decided as it was seen; None: nothing."""
    case = one.case
    if case.state == Case.State.CLOSED:
        return Why.CLOSED
    if case.version != one.version:
        return Why.CHANGED
    is_held = case.claimed_until is not None and case.claimed_until > timezone.now()
    return Why.HELD if is_held and case.claimed_by != moderator else None


def forget_drafts() -> int:
    """Remove drafts that nobody has done within a day, and return how many those were."""
    old = BulkDeed.objects.filter(state=BulkDeed.State.DRAFT, made_at__lt=Now() - KEPT)
    with transaction.atomic():
        keys = [one.pk for one in old.select_for_update(skip_locked=True)]
        BulkDeed.objects.filter(pk__in=keys).delete()
    return len(keys)

"""Reporters: how much weight somebody's word has, and whose is not heard for now.

A report weighs more of who was mostly right, and less of who was mostly wrong, down to nothing. The
more of their reports were decided, the more that counts; before some were, nobody knows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import log
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import NoSuchPerson, RankTooLow
from imagestudio.moderation.models import Case, Mute, Report
from imagestudio.moderation.permissions import rank_in_panel, require_rank
from imagestudio.moderation.policies import Rank, rank_of
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of

NEWCOMER = timedelta(days=7)
STAFF, KNOWN, NEW, STRANGER = 20, 4, 2, 1  # what a report weighs
ENOUGH = 5  # decided reports from which accuracy counts
FAIR = 0.7  # of them are right of whoever is neither trusted more for it nor less
CROWD = timedelta(minutes=60)  # in which newcomers' reports of one picture weigh as one person's
OUTCOMES = Case.Outcome
WRONG = (OUTCOMES.NO_VIOLATION, OUTCOMES.INVALID_REPORT)  # others say nothing of the report


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often somebody was right: of `handled` decided reports, `right` led to a deed."""

    right: int = 0
    handled: int = 0

    @property
    def bonus(self) -> float:
        """Return what it adds to a weight, in halves of it: nothing before enough were decided.

        From 1.2 for five of five to 3 for 64 of 64, and as much less for none of them.
        """
        if self.handled < ENOUGH:
            return 0.0
        away = self.right / self.handled - FAIR
        share = away / (1 - FAIR) if away > 0 else away / FAIR
        return share * log(self.handled, 4)


def accuracy_of(reporters: Iterable[UUID]) -> dict[UUID | None, Accuracy]:
    """Return for each of these people how often they were right, where anything was decided."""
    handled = Report.objects.filter(reporter__in=set(reporters), answered_at__isnull=False)
    handled = handled.filter(case__outcome__in=[OUTCOMES.ACTIONED, *WRONG])
    found = handled.values_list("reporter").annotate(
        right=Count("pk", filter=Q(case__outcome=OUTCOMES.ACTIONED)), n=Count("pk")
    )
    return {who: Accuracy(right, count) for who, right, count in found}


def worth_of(reporter: User | None) -> int:
    """Return what a report of this person weighs; strangers' and newcomers' weigh less."""
    if reporter is None:
        return STRANGER
    if reporter.is_moderator:
        return STAFF
    base = NEW if is_new(reporter) else KNOWN
    accuracy = accuracy_of([reporter.pk]).get(reporter.pk, Accuracy())
    return max(0, round(base + base / 2 * accuracy.bonus))


def is_new(reporter: User) -> bool:
    """Say whether somebody has come just lately."""
    return reporter.joined_at > timezone.now() - NEWCOMER


def left_for_newcomers(image: Image, times: int = 1) -> int:
    """Return what a newcomer's report of a picture can still weigh, whose case is locked.

    Many new accounts that report one picture within an hour weigh as much as one known person,
    whose report would weigh so many `times` as much.
    """
    lately = Report.objects.filter(case__image=image, at__gt=Now() - CROWD)
    new = lately.filter(reporter__joined_at__gt=Now() - NEWCOMER)
    return KNOWN * times - (new.aggregate(sum=Sum("weight"))["sum"] or 0)


def is_muted(user: User) -> bool:
    """Say whether somebody's reports are muted now."""
    return Mute.objects.filter(user=user, lifted_at=None).exists()


def muted_among(users: Iterable[UUID]) -> set[UUID]:
    """Return whose reports are muted of these people."""
    muted = Mute.objects.filter(user__in=set(users), lifted_at=None)
    return set(muted.values_list("user", flat=True))


@transaction.atomic
def mute(*, moderator: User, user_id: UUID, text: str = "") -> Mute:
    """Return the mute of a person: their reports are kept, weigh nothing, and open no case.

    They are not told. It takes a higher rank than theirs. Raises NoSuchPerson, RankTooLow,
    DecisionInvalid (about the text, which the log keeps).
    """
    words = words_of(text, least=0)
    user = below(moderator, user_id)
    Mute.objects.bulk_create(
        [new := Mute(user=user, muted_by=moderator, text=words)], ignore_conflicts=True
    )
    made = Mute.objects.get(user=user, lifted_at=None)
    if made.pk == new.pk:
        note(Verb.MUTED, actor=moderator, user=user, text=words)
    return made


@transaction.atomic
def unmute(*, moderator: User, user_id: UUID, text: str = "") -> User:
    """Return a person whose reports are heard again from now on. It takes a senior moderator.

    Raises NoSuchPerson, RankTooLow, DecisionInvalid (about the text, which the log keeps).
    """
    words = words_of(text, least=0)
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    user = below(moderator, user_id)
    in_force = Mute.objects.filter(user=user, lifted_at=None)
    if in_force.update(lifted_at=Now(), lifted_by=moderator):
        note(Verb.UNMUTED, actor=moderator, user=user, text=words)
    return user


def below(moderator: User, user_id: UUID) -> User:
    """Return a person of a lower rank than a moderator. Raises NoSuchPerson, RankTooLow."""
    user = User.objects.filter(pk=user_id, closed_at=None).first()
    if user is None:
        raise NoSuchPerson("There is no such person.")
    if user == moderator or rank_in_panel(moderator) <= rank_of(user.site_role):
        raise RankTooLow("Nobody does this for themselves, or for somebody of the same rank.")
    return user

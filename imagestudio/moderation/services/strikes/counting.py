"""What counts against a person: frozen when it is decided, added up whenever it is read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.moderation.models import Case, Decision, StrikePlan, Threshold
from imagestudio.moderation.permissions import affected_by, maker_of
from imagestudio.moderation.policies import STRIKING, Action
from imagestudio.moderation.projections import Step, Tally, tallied

ENDED = "end of its time"  # the rule by which a decision ends: no strike of it was a mistake

MOST_SHOWN = 50  # strikes


@dataclass(frozen=True, slots=True)
class Strike:
    """How much a decision counts by which plan, and until when."""

    points: int
    lapses_at: datetime
    plan: StrikePlan

    @property
    def columns(self) -> dict[str, Any]:
        """Return it as the row of its decision keeps it."""
        return {
            "strike_points": self.points,
            "strike_expires_at": self.lapses_at,
            "strike_plan": self.plan,
        }


def strike_of(
    *, case: Case, action: Action, reason: str, ends_at: datetime | None = None, rule: str = ""
) -> Strike | None:
    """Return what a decision in a case would count now; None: nothing.

    Only what its maker is told counts: not the picture of somebody who has left the account.
    """
    if action not in STRIKING or affected_by(case) != maker_of(case):
        return None
    plan = StrikePlan.objects.in_force()
    points = plan.points_for(action=action, reason=reason, rule=rule) if plan else 0
    if plan is None or not points:
        return None
    return Strike(points, plan.lapse_of(at=timezone.now(), ends_at=ends_at), plan)


def steps_in(decisions: QuerySet[Decision]) -> list[Step]:
    """Return decisions about pictures as steps, in the order in which they were taken."""
    relevant = decisions.filter(
        Q(strike_points__gt=0)
        | Q(action=Action.RESTORE)
        | Q(reverses__isnull=False) & ~Q(rule=ENDED)
    )
    rows = relevant.order_by("at", "id").values_list(
        *("pk", "case__image", "affected", "at"),
        *("strike_points", "strike_expires_at", "reverses"),
    )
    return [Step(*row) for row in rows]


def steps_about(user: User) -> list[Step]:
    """Return all that was decided about the pictures that ever counted against a person."""
    pictures = Decision.objects.strikes_of(user).values("case__image")
    return steps_in(Decision.objects.filter(case__image__in=pictures))


@dataclass(frozen=True, slots=True)
class StrikeCount:
    """What counts against a person at a moment, and what it may lead to."""

    points: int
    strikes: Sequence[Decision]  # the first that will lapse, of those that count now
    more: int  # that lapse later
    plan: StrikePlan
    unnamed: int = 0  # of the first, that only higher ranks may know

    @property
    def reached(self) -> Threshold | None:
        """Return the highest threshold that the points have come to."""
        return reached_by(self.points, self.plan)

    @property
    def next(self) -> Threshold | None:
        """Return the threshold above them."""
        return next((one for one in self.plan.levels if one.points > self.points), None)


def reached_by(points: int, plan: StrikePlan) -> Threshold | None:
    """Return the highest threshold of a plan that so many points come to."""
    levels = [one for one in plan.levels if one.points <= points]
    return levels[-1] if levels else None


def count_of(user: User, *, is_told: bool = False) -> StrikeCount | None:
    """Return what counts against a person now; None while no plan is in force.

    With `is_told` only what they have been told of, which is what they may see.
    """
    plan = StrikePlan.objects.in_force()
    if plan is None:
        return None
    tally = tallied(steps_about(user), until=timezone.now())
    counted = [step.key for step in tally.counted.values() if step.user == user.pk]
    strikes = Decision.objects.filter(pk__in=counted)
    if is_told:
        strikes = strikes.filter(notice__sent_at__isnull=False)
    total = strikes.aggregate(points=Sum("strike_points", default=0), count=Count("pk"))
    first = strikes.select_related("notice").order_by("strike_expires_at", "id")[:MOST_SHOWN]
    return StrikeCount(total["points"], list(first), max(total["count"] - MOST_SHOWN, 0), plan)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a decision would add to a person's points, and what that would lead to."""

    before: int
    after: int
    plan: StrikePlan

    @property
    def newly(self) -> Threshold | None:
        """Return the threshold that it would reach first, None for none."""
        level = reached_by(self.after, self.plan)
        return level if level and level.points > self.before else None

    @property
    def top(self) -> Threshold | None:
        """Return the threshold to compare with: the next one, else the last."""
        levels = self.plan.levels
        above = next((one for one in levels if one.points > self.after), None)
        return self.newly or above or (levels[-1] if levels else None)


def outlook_of(
    *, case: Case, action: Action, reason: str, ends_at: datetime | None = None
) -> Outlook | None:
    """Return what a moderator's decision in a case would add; None where that is nothing."""
    strike = strike_of(case=case, action=action, reason=reason, ends_at=ends_at)
    if strike is None or case.image_id is None:
        return None
    user, now = affected_by(case), timezone.now()
    about = Q(case__image__in=Decision.objects.strikes_of(user).values("case__image"))
    steps = steps_in(Decision.objects.filter(about | Q(case__image=case.image_id)))
    tally = tallied(steps, until=now)
    before = tally.points[user.pk]
    key = uuid7()
    tally.take(Step(key, case.image_id, user.pk, now, strike.points, strike.lapses_at))
    return Outlook(before, tally.points[user.pk], strike.plan)


def points_with(steps: Sequence[Step], *, user: UUID, at: datetime, gone: Collection[UUID]) -> int:
    """Return a person's points at a moment, as if some steps had never been taken."""
    kept = [one for one in steps if one.at <= at and one.key not in gone and one.undoes not in gone]
    tally: Tally = tallied(kept, until=at)
    return tally.points[user]

"""Plans of strikes: what counts how much against a person, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.moderation.policies import EXACT_COPY, Measure


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how many points on what follows: proposed in a case, or taken by the rule at once."""

    points: int
    measure: Measure
    at_once: bool = False

    @property
    def as_row(self) -> dict[str, Any]:
        """Return it as a plan keeps it."""
        return {"points": self.points, "measure": self.measure.value, "at_once": self.at_once}


class StrikePlanQuerySet(models.QuerySet["StrikePlan"]):
    """Reads of plans."""

    def in_force(self) -> StrikePlan | None:
        """Return the plan by which strikes are counted now, if there is one."""
        return self.filter(state=StrikePlan.State.IN_FORCE).first()

    def newest_first(self) -> StrikePlanQuerySet:
        """Return plans in the order of their list."""
        return self.select_related("made_by", "switched_by").order_by("-made_at", "-id")


class StrikePlan(models.Model):
    """One version of what strikes are. What it says is written once: a trigger sees to it.

    Of a decision about a picture, `reasons` says the points of its reason, and `actions` how many
    times those count for what it does. Without a plan in force nothing counts.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_FORCE = "in_force", "In force"
        RETIRED = "retired", "Switched off"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    reasons = models.JSONField(help_text="Points by reason")
    actions = models.JSONField(help_text="How many times those count, by action")
    days = models.PositiveSmallIntegerField(help_text="After which a strike lapses")
    counts_copies = models.BooleanField(
        default=False, help_text="Whether what a rule hides because of its bytes counts, too"
    )
    thresholds = models.JSONField(help_text="What follows from how many points, the lowest first")
    text = models.CharField(max_length=300, blank=True, help_text="Why it is like this")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    switched_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    switched_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was put in force, or out of it, the last time"
    )

    objects = StrikePlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], name="strikeplan_one_in_force", condition=Q(state="in_force")
            ),
            models.CheckConstraint(
                name="strikeplan_days", condition=Q(days__gte=1, days__lte=3650)
            ),
            models.CheckConstraint(
                name="strikeplan_switched_whole",
                condition=Q(state="draft", switched_by=None, switched_at=None)
                | ~Q(state="draft") & Q(switched_by__isnull=False, switched_at__isnull=False),
            ),
        ]
        indexes = [models.Index(F("made_at").desc(), F("id").desc(), name="strikeplan_made")]

    def __str__(self) -> str:
        return f"Plan {self.number}"

    @property
    def levels(self) -> list[Threshold]:
        """Return the thresholds, the lowest first."""
        return [
            Threshold(one["points"], Measure(one["measure"]), one["at_once"])
            for one in self.thresholds
        ]

    def lapse_of(self, *, at: datetime, ends_at: datetime | None) -> datetime:
        """Return when a strike lapses: never later than what was decided ends.

        So it counts no longer than somebody can object to it.
        """
        lapses_at = at + timedelta(days=self.days)
        return min(lapses_at, ends_at) if ends_at else lapses_at

    def points_for(self, *, action: str, reason: str, rule: str = "") -> int:
        """Return how much a decision about a picture counts; `rule` decided it, if no person did.

        Of what rules decide only exact copies count, and only where the plan says so: all else
        that a rule does waits for a person, whose decision counts.
        """
        if rule and not (self.counts_copies and rule == EXACT_COPY):
            return 0
        points: int = self.reasons.get(reason, 0) * self.actions.get(action, 0)
        return points

"""Who has reached what by strikes, and who would have: thresholds that were, and simulations."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.models.decisions import Decision
from imagestudio.moderation.models.strikes import StrikePlan
from imagestudio.moderation.policies import Measure


class Reached(models.Model):
    """A threshold that a person's points have come to; written once.

    Either its case proposes the measure, or the rule has decided it there, on `case_version`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(StrikePlan, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reached")
    case_version = models.PositiveIntegerField()
    points = models.PositiveIntegerField(help_text="Of the person then")
    threshold = models.PositiveIntegerField(help_text="From how many on it follows")
    measure = models.CharField(max_length=20, choices=Measure)
    is_taken = models.BooleanField(help_text="Whether the rule has taken the measure itself")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reached_its_threshold",
                condition=models.Q(points__gte=F("threshold"), threshold__gte=1),
            ),
            models.UniqueConstraint(fields=["case", "case_version"], name="reached_once"),
        ]
        indexes = [models.Index("user", F("at").desc(), name="reached_user")]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} from {self.threshold} points on"

    @property
    def decision(self) -> Decision | None:
        """Return what the rule has decided, None where it only proposed it."""
        made = Decision.objects.filter(case=self.case_id, case_version=self.case_version)
        return made.filter(actor=None).first() if self.is_taken else None


class Simulation(models.Model):
    """A plan, run over all that was decided so far, beside the plan in force.

    `place` is the key of the last person whose decisions were read.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(StrikePlan, on_delete=models.PROTECT, related_name="simulations")
    beside = models.ForeignKey(
        StrikePlan, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The plan in force then, if it was another one",
    )  # fmt: skip
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    place = models.UUIDField(null=True, blank=True)
    total = models.PositiveIntegerField(help_text="People there were to read about")
    seen = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False, help_text="There were more people than are read")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("plan", F("made_at").desc(), name="simulation_plan")]

    def __str__(self) -> str:
        return f"Simulation {self.made_at}"


class Peak(models.Model):
    """The highest points that a person would have had."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, related_name="peaks")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    points = models.PositiveIntegerField(help_text="At most, by the plan")
    now = models.PositiveIntegerField(help_text="At the end, by the plan")
    beside = models.PositiveIntegerField(default=0, help_text="At most, by the plan in force")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["simulation", "user"], name="peak_once")]
        indexes = [
            # Who would have had most.
            models.Index("simulation", F("points").desc(), "id", name="peak_highest")
        ]

    def __str__(self) -> str:
        return f"{self.points} points"

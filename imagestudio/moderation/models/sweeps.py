"""Sweeps: looking for what was banned in the whole store."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.library.models import KnownBadHash

LEFT = timedelta(minutes=2)  # without a move, after which nobody is at work on it


class SweepQuerySet(models.QuerySet["Sweep"]):
    """Reads of sweeps."""

    def left(self) -> SweepQuerySet:
        """Return those at work that nobody has moved for a while."""
        return self.filter(state=Sweep.State.RUNNING, moved_at__lt=Now() - LEFT)


class Sweep(models.Model):
    """One search of the whole store for one ban.

    `place` is the key of the last file (of a look) or picture (of bytes) that was compared; they
    are compared in the order of their keys.
    """

    class State(models.TextChoices):
        RUNNING = "running", "At work"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ban = models.ForeignKey(KnownBadHash, on_delete=models.PROTECT, related_name="sweeps")
    place = models.UUIDField()
    total = models.PositiveIntegerField(null=True, help_text="There was to compare; NULL: unknown")
    seen = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0, help_text="Pictures, but for the banned one")
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(db_default=Now())
    moved_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SweepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ban"], name="sweep_once_at_work", condition=Q(state="running")
            ),
            models.CheckConstraint(
                name="sweep_ended",
                condition=Q(state="running", ended_at=None)
                | ~Q(state="running") & Q(ended_at__isnull=False),
            ),
        ]
        indexes = [models.Index("ban", F("started_at").desc(), name="sweep_ban")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.ban}"

    @property
    def most(self) -> int:
        """Return how much there is to compare, as far as known; never less than was compared."""
        return max(self.total or 0, self.seen)

"""What only the people who run the studio can mend."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Reads of alarms."""

    def ringing(self) -> AlarmQuerySet:
        """Return what operators have to look at now, the newest first."""
        return self.filter(resolved_at=None).order_by("-last_at")


class Alarm(models.Model):
    """Something that only the people who run the studio can mend."""

    class Kind(models.TextChoices):
        CREDENTIALS = "credentials", "The gateway does not accept the studio's credentials"
        PROVIDER_BUDGET = "provider_budget", "The credit at the gateway is used up"
        SPEND_LIMIT = "spend_limit", "A spending rule of the gateway was reached"
        FOREIGN_PICTURE = "foreign_picture", "The gateway's cache gave somebody else's picture"
        GATEWAY_RETRIES = "gateway_retries", "The gateway sends failed calls again by itself"
        NO_LOG = "no_log", "The gateway keeps no log"
        CIRCUIT = "circuit", "Calls fail one after another"
        LEGAL_OVERDUE = "legal_overdue", "The law's time for an answer has passed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20, choices=Kind)
    message = models.TextField(blank=True)
    count = models.PositiveIntegerField(default=1)
    raised_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now())
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints = [
            # One of a kind rings at a time; the next failure is counted with it.
            models.UniqueConstraint(
                fields=["kind"], name="alarm_ringing", condition=Q(resolved_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

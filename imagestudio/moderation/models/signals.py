"""What happened to a person's requests elsewhere, as a hint: never a verdict."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class SignalQuerySet(models.QuerySet["Signal"]):
    """Reads of signals."""

    def about(self, user: User) -> SignalQuerySet:
        """Return the signals about a person."""
        return self.filter(user=user)

    def refusals(self) -> SignalQuerySet:
        """Return those that tell of a request which a safety system refused."""
        return self.filter(kind__in=Signal.REFUSALS)


class Signal(models.Model):
    """One hint about a person, in an account; kept 30 days."""

    class Kind(models.TextChoices):
        REFUSED_INPUT = "refused_input", "Request refused"
        REFUSED_OUTPUT = "refused_output", "Result refused"

    REFUSALS = (Kind.REFUSED_INPUT, Kind.REFUSED_OUTPUT)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(db_default=Now())

    objects = SignalQuerySet.as_manager()

    class Meta:
        indexes = [
            # A person's signals, newest first: asked for with each request.
            models.Index("user", F("at").desc(), name="signal_user"),
            # What is kept no longer.
            models.Index("at", name="signal_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"

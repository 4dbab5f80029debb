"""WHAT HAPPENED: the outbox that feeds live pages and consumers."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from imagestudio.accounts.models import Account


class Stream(models.Model):
    """The last number given to an event of one account.

    Raising it takes a row lock that is held until commit, so that numbers are in commit order:
    a plain sequence would let number 2 be seen before number 1, and a reader would skip 1.
    """

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.account_id} at {self.last}"


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of events."""

    def owned_by(self, account: Account) -> EventQuerySet:
        """Return the events of an account in their order."""
        return self.filter(account=account).order_by("seq")

    def after(self, seq: int) -> EventQuerySet:
        """Return what came after the event with this number."""
        return self.filter(seq__gt=seq)


class Event(models.Model):
    """Something that happened in an account. Small: ids and a word, never prompts or addresses."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    type = models.CharField(max_length=50)
    at = models.DateTimeField(db_default=Now())
    data = models.JSONField()

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "seq"], name="event_seq_unique"),
        ]
        indexes = [
            # Removing events of more than a week.
            models.Index("at", name="event_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.seq}"

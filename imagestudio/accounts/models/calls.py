"""What is remembered of calls: answers to repeat, and how many there were."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models.people import Account


class IdempotencyKey(models.Model):
    """The answer to a creating request, kept for 24 h so that a repeat gets the same one.

    Written in the transaction of the deed itself: a repeat that arrives while the first is still
    at work waits for this row's unique index, then replays the answer.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "route", "key"], name="idempotency_key_unique"
            ),
        ]
        indexes = [
            # Removing keys of more than a day.
            models.Index("made_at", name="idempotency_key_age"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class CallCount(models.Model):
    """How often a token, or all tokens of an account, called the API in the minute named.

    One row for each that ever called; its table is not written to PostgreSQL's log, because a
    count that is lost in a crash harms nobody.
    """

    of = models.UUIDField(primary_key=True, help_text="The token or the account")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.of}: {self.count}"

"""What was thought of a request before anything was made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class Screening(models.Model):
    """What was thought of one request's words before anything was made; kept 30 days."""

    class Verdict(models.TextChoices):
        ALLOW = "allow", "Allow"
        FLAG = "flag", "Flag"
        FILTER = "filter", "Filter"
        BLOCK = "block", "Block"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    matches = models.JSONField(default=list)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # An account's or a person's screenings, newest first.
            models.Index("account", F("at").desc(), name="screening_account"),
            models.Index("user", F("at").desc(), name="screening_user"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.at}"

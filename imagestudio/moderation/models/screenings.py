"""What was thought of a request before anything was made of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class Screening(models.Model):
    """What was thought of some words before anything was made or shown; kept 30 days."""

    class Verdict(models.TextChoices):
        ALLOW = "allow", "Allow"
        FLAG = "flag", "Flag"
        FILTER = "filter", "Filter"
        BLOCK = "block", "Block"

    class Field(models.TextChoices):
        PROMPT = "prompt", "Prompts"
        TITLE = "title", "Titles"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=10, choices=Field, default=Field.PROMPT)
    text = models.TextField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    matches = models.JSONField(default=list, help_text="Rules with version, name and action")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            # An account's or a person's screenings, newest first.
            models.Index("account", F("at").desc(), name="screening_account"),
            models.Index("user", F("at").desc(), name="screening_user"),
            # Those on which a rule is tried, newest first: keys are in the order of time.
            models.Index("field", "id", name="screening_field"),
            # What rules spoke up about.
            models.Index("at", name="screening_matched", condition=~Q(verdict="allow")),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.at}"


def first_key(at: datetime) -> UUID:
    """Return the key below which every UUIDv7 from before a moment lies."""
    return UUID(int=int(at.timestamp() * 1000) << 80)

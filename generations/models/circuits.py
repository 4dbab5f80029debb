"""Models whose calls fail one after another at the provider."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Circuit(models.Model):
    """A model whose calls have lately failed at the provider, one row while that is so.

    While `retry_at` lies ahead, nothing new is taken for it; after it, one call at a time tries
    whether it works again. A call that succeeds removes the row.
    """

    model = models.CharField(max_length=100, primary_key=True)
    failures = models.PositiveIntegerField(help_text="Since `counted_since`")
    counted_since = models.DateTimeField(db_default=Now())
    openings = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True, help_text="None: not open yet")

    def __str__(self) -> str:
        return f"{self.model} ({self.failures})"

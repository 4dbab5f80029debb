"""Generations that were asked for together."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class BatchQuerySet(models.QuerySet["Batch"]):
    """Reads of batches."""

    def owned_by(self, account: Account) -> BatchQuerySet:
        """Return the batches of an account."""
        return self.filter(account=account)


class Batch(models.Model):
    """Generations that were asked for in one request."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="batches")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return str(self.id)

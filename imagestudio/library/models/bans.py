"""Bytes that may not enter any library."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User


class KnownBadHash(models.Model):
    """Bytes that were banned, by their SHA-256. Written by the panel through `services.bans`.

    Both hashes of a file are compared with it: as received, and as stored.
    """

    class Kind(models.TextChoices):
        SHA256 = "sha256", "SHA-256"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    hash = models.BinaryField(max_length=32)
    hides = models.CharField(
        max_length=20, help_text="The decision under which such pictures are (`Image.Moderation`)"
    )
    reason = models.CharField(max_length=40)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "hash"],
                name="known_bad_hash_once",
                condition=Q(lifted_at=None),
            ),
            models.CheckConstraint(
                name="known_bad_hash_hides",
                condition=Q(hides__in=["hidden_all", "quarantined_legal"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {bytes(self.hash).hex()[:12]}"

"""Pictures that may not enter any library: their bytes, and what looks like them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.library.models.appearances import HashField
from imagestudio.library.models.images import Image


class KnownBadHash(models.Model):
    """A picture that was banned: its bytes by their SHA-256, or its look by its perceptual hash.

    Written by the panel through `services.bans`. Both hashes of a file are compared with bytes, the
    hash of what it looks like and that of its mirror with looks.
    """

    class Kind(models.TextChoices):
        SHA256 = "sha256", "Bytes"
        LOOK = "look", "Appearance"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    hash = models.BinaryField(max_length=32)
    look = HashField(null=True, help_text="The same hash of a look, as the database compares it")
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, related_name="+", help_text="What was banned"
    )
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
            models.CheckConstraint(
                name="known_bad_hash_look",
                condition=Q(kind="sha256", look=None) | Q(kind="look", look__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {bytes(self.hash).hex()[:12]}"


class BanMatch(models.Model):
    """That a picture looks like a banned one, which has to be looked at by a person.

    `cleared_at` says since when somebody has found that it may be seen: then neither the picture
    nor another of its file is taken for that one again.
    """

    ban = models.ForeignKey(KnownBadHash, on_delete=models.PROTECT, related_name="matches")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="ban_matches")
    distance = models.PositiveSmallIntegerField(help_text="Of 256 bits, how many differ")
    at = models.DateTimeField(db_default=Now())
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ban", "image"], name="ban_match_once"),
        ]

    def __str__(self) -> str:
        return f"{self.image_id} is {self.distance} bits from {self.ban_id}"

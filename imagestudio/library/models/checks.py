"""What was found when storage was compared with the rows, and what was put aside for it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

LONGEST_KEY = 1024  # characters; the longest that S3 takes


class StorageCheck(models.Model):
    """One comparison of storage and rows, which can go on where it was interrupted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    started_at = models.DateTimeField(db_default=Now())
    listed_at = models.DateTimeField(null=True, help_text="When all keys had been compared")
    verified_through = models.UUIDField(
        null=True, help_text="The file whose contents were read last, in the order of ids"
    )
    ended_at = models.DateTimeField(null=True)
    keys = models.BigIntegerField(default=0, help_text="That storage holds")
    bytes = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)


class StorageFinding(models.Model):
    """Something in storage without a row, or a row without the right bytes in storage."""

    class Kind(models.TextChoices):
        MISSING = "missing", "Original missing"
        WRONG_SIZE = "wrong_size", "Original of another length"
        DAMAGED = "damaged", "Original with other contents"
        MISSING_RENDITION = "missing_rendition", "Rendition missing or of another length"
        ORPHAN = "orphan", "Bytes without a row"
        YOUNG = "young", "Bytes without a row, but young"
        OF_ATTEMPT = "of_attempt", "Bytes of an attempt, not looked at yet"
        EXPECTED = "expected", "Bytes of an attempt that may still come home"
        KEPT_ANSWER = "kept_answer", "Bytes of an attempt that has ended"
        UNKNOWN_ATTEMPT = "unknown_attempt", "Bytes of an attempt that the database does not know"
        UNFINISHED = "unfinished", "Left by a write that was interrupted"
        FOREIGN = "foreign", "Not written by the studio"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(StorageCheck, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=LONGEST_KEY)
    bytes = models.BigIntegerField(null=True, help_text="In storage")
    file = models.UUIDField(null=True, help_text="Whose bytes these are, or should be")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="finding_once_per_key"),
        ]
        indexes = [
            # The findings of one kind, in order.
            models.Index("run", "kind", "key", name="finding_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class QuarantinedKey(models.Model):
    """Bytes that were put aside: where they were, where they are, and whether they are back."""

    class State(models.TextChoices):
        MOVING = "moving", "On the way"
        MOVED = "moved", "Put aside"
        BACK = "back", "Brought back"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(StorageCheck, on_delete=models.PROTECT, related_name="put_aside")
    key = models.CharField(max_length=LONGEST_KEY)
    place = models.CharField(max_length=LONGEST_KEY + 60)
    bytes = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.MOVING)
    moved_at = models.DateTimeField(db_default=Now())
    back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="quarantined_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

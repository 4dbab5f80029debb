"""Stored bytes and what is derived from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account


class FileQuerySet(models.QuerySet["File"]):
    """Reads of files."""

    def owned_by(self, account: Account) -> FileQuerySet:
        """Return the files of an account."""
        return self.filter(account=account)


class File(models.Model):
    """Stored bytes of one account, known by SHA-256; never shared between accounts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="files")
    sha256 = models.BinaryField(max_length=32)
    received_sha256 = models.BinaryField(
        max_length=32, help_text="Of the bytes as uploaded, before metadata was stripped"
    )
    mime = models.CharField(max_length=20)
    bytes = models.BigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    has_alpha = models.BooleanField(default=False)
    key = models.CharField(max_length=200, unique=True, help_text="Where storage keeps it")
    stored_at = models.DateTimeField(db_default=Now())
    unused_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when no image has it: it is about to be removed"
    )

    objects = FileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "sha256"], name="file_once_per_account"),
            models.CheckConstraint(
                name="file_sizes_positive",
                condition=Q(bytes__gt=0, width__gt=0, height__gt=0),
            ),
        ]
        indexes = [
            # An upload of bytes that were uploaded before is found before it is decoded.
            models.Index("account", "received_sha256", name="file_received"),
            # Whoever has bytes that are banned.
            models.Index("sha256", name="file_sha256"),
            models.Index("received_sha256", name="file_received_sha256"),
            # What a purge has left to remove.
            models.Index("unused_at", name="file_unused", condition=Q(unused_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def extension(self) -> str:
        """Return the usual ending of a file name for these bytes, without the dot."""
        return self.mime.rpartition("/")[2].replace("jpeg", "jpg")


class Rendition(models.Model):
    """A derived WebP of a file, named by its longest side in pixels."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="renditions")
    name = models.CharField(max_length=10)
    key = models.CharField(max_length=200, unique=True)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "name"], name="rendition_unique"),
        ]

    def __str__(self) -> str:
        return self.key

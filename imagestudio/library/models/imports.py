"""What came into an account by an import, so that importing it again changes nothing."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account
from imagestudio.library.models.images import Image
from imagestudio.library.models.order import Album


class ImportedImage(models.Model):
    """Which image of an account stands for which one of the library that was exported."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    origin = models.UUIDField(help_text="Its id in the export")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "origin"], name="imported_image_once"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} → {self.image_id}"


class ImportedAlbum(models.Model):
    """Which album of an account stands for which one of the library that was exported."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    origin = models.UUIDField(help_text="Its id in the export")
    album = models.ForeignKey(Album, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "origin"], name="imported_album_once"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} → {self.album_id}"

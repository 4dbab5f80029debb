"""Which image was made from which, as the library itself remembers it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account
from imagestudio.library.models.images import Image

MAX_POSITION = 16  # sources of one generation, and so parents of one image


class Derivation(models.Model):
    """That one image was made from another, as the library itself remembers it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(
        Image, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["child", "position"], name="derivation_position"),
            models.CheckConstraint(
                name="derivation_position_range",
                condition=Q(position__gte=1, position__lte=MAX_POSITION),
            ),
            models.CheckConstraint(name="derivation_not_itself", condition=~Q(child=F("parent"))),
        ]
        indexes = [
            # What was made from an image, page by page; keys of later rows are greater.
            models.Index("parent", F("child").desc(), name="derivation_children"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} → {self.child_id}"

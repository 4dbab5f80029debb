"""What the law asks for: requests from outside to remove something, and what has to be kept."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models import Image
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.policies import Reason


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    """Reads of holds."""

    def in_force(self) -> LegalHoldQuerySet:
        """Return the holds that keep something now, by the database's clock."""
        return self.filter(released_at=None, until__gt=Now())


class LegalHold(models.Model):
    """That a picture is kept for an authority, with what was known of it and of whose it is.

    `rows` is as it was when the hold began: what people, or the end of their account, remove later
    stays there. It is emptied when the hold is released.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=40, choices=Reason)
    reference = models.CharField(
        max_length=200, blank=True, help_text="Of the report to an authority"
    )
    rows = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: a rule",
    )  # fmt: skip
    made_at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    released_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image"], name="legal_hold_once", condition=Q(released_at=None)
            ),
            models.CheckConstraint(
                name="legal_hold_released_empty", condition=Q(released_at=None) | Q(rows={})
            ),
        ]
        indexes = [
            models.Index(F("made_at").desc(), F("id").desc(), name="legal_hold_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} until {self.until}"


class RemovalRequest(models.Model):
    """What somebody outside asks to be removed, and signs; its reports stand in the legal lane."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(
        max_length=20, unique=True, help_text="By which its maker asks for it"
    )
    reason = models.CharField(max_length=40, choices=Reason)
    text = models.TextField(max_length=2000)
    name = models.CharField(max_length=200, blank=True, help_text="Which is the signature, too")
    email = models.EmailField(max_length=254, blank=True)
    addresses = models.JSONField(help_text="Of the pictures, as they were written")
    at = models.DateTimeField(db_default=Now())
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index("at", name="removal_request_at", condition=~Q(email=""))]

    def __str__(self) -> str:
        return self.number

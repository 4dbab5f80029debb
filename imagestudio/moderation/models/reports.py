"""What people say against something, and whose word weighs nothing for now."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.library.models import Image
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.models.legal import RemovalRequest
from imagestudio.moderation.policies import Reason


class ReportQuerySet(models.QuerySet["Report"]):
    """Reads of reports."""

    def made_by(self, user: User) -> ReportQuerySet:
        """Return what a person has reported, newest first."""
        return self.filter(reporter=user).order_by("-at", "-id")

    def answerable(self) -> ReportQuerySet:
        """Return what strangers reported who wait for a letter with the answer, which there is."""
        return self.filter(answered_at__isnull=False).exclude(email="").order_by("at", "id")


class Report(models.Model):
    """What somebody says against a subject: a notice in the sense of Art. 16 DSA."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="reports",
        help_text="None: it was somebody's whose reports are muted, and there was no case",
    )  # fmt: skip
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        help_text="What it is about, where it has no case",
    )  # fmt: skip
    reporter = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(
        max_length=254, blank=True, help_text="Where somebody who is not signed in is answered"
    )
    request = models.ForeignKey(
        RemovalRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="reports",
        db_index=False, help_text="Of somebody outside, in whose name it was made",
    )  # fmt: skip
    reason = models.CharField(max_length=40, choices=Reason)
    text = models.TextField(max_length=2000, blank=True)
    weight = models.PositiveSmallIntegerField(help_text="As it counted when it was made")
    at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text="What the reporter was told")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reporter"],
                name="report_once_per_case",
                condition=Q(reporter__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["image", "reporter"],
                name="report_once_per_image_without_case",
                condition=Q(case=None),
            ),
            models.CheckConstraint(
                name="report_in_a_case_or_about_a_picture",
                condition=Q(case__isnull=False, image=None)
                | Q(case=None, image__isnull=False, reporter__isnull=False, weight=0),
            ),
        ]
        indexes = [
            # What a request has reported.
            models.Index("request", name="report_request", condition=Q(request__isnull=False)),
            # What a person has reported, newest first.
            models.Index("reporter", F("at").desc(), F("id").desc(), name="report_reporter"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.at}"

    @property
    def about(self) -> UUID | None:
        """Return the id of the picture that it is about, None where it is about none."""
        return self.image_id if self.case is None else self.case.image_id


class Mute(models.Model):
    """That somebody's reports weigh nothing and open no case, from then until it is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mutes")
    muted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    muted_at = models.DateTimeField(db_default=Now())
    text = models.TextField(max_length=2000, blank=True, help_text="Why; for moderators alone")
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="mute_one_in_force", condition=Q(lifted_at=None)
            ),
            models.CheckConstraint(
                name="mute_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.muted_at}"

"""What a classifier said of texts and pictures, and from which score on something follows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models import Image
from imagestudio.moderation.models.screenings import Screening
from imagestudio.moderation.policies import Reason

SHOWN = 6  # categories of the highest scores
LEAST_SHOWN = 0.01


class ClassificationQuerySet(models.QuerySet["Classification"]):
    """Reads of classifications."""

    def heard(self) -> ClassificationQuerySet:
        """Return those in which the classifier could be had."""
        return self.filter(failure="")

    def newest_first(self) -> ClassificationQuerySet:
        """Return classifications in the order of a case."""
        return self.order_by("-at", "-id")


class Classification(models.Model):
    """The scores of a screening's text or of a picture; or why there are none. A hint alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(
        Screening, on_delete=models.CASCADE, null=True, blank=True, related_name="classifications"
    )
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    model = models.CharField(max_length=100, blank=True, help_text="With its version")
    scores = models.JSONField(default=dict, help_text="Category → 0 to 1")
    crossed = models.JSONField(default=list, help_text="Limits that were crossed, as of then")
    verdict = models.CharField(max_length=10, choices=Screening.Verdict)
    failure = models.CharField(max_length=200, blank=True, help_text="Why it was not classified")
    at = models.DateTimeField(db_default=Now())

    objects = ClassificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="classification_of_one_thing",
                condition=Q(screening__isnull=False, image=None)
                | Q(screening=None, image__isnull=False),
            ),
            models.CheckConstraint(
                name="classification_or_failure",
                condition=Q(failure="") & ~Q(model="")
                | Q(model="", scores={}, verdict="allow") & ~Q(failure=""),
            ),
        ]
        indexes = [
            # What was said of a picture, newest first.
            models.Index(
                "image",
                F("at").desc(),
                name="classification_image",
                condition=Q(image__isnull=False),
            ),
            # Pictures that have to be asked about once more.
            models.Index(
                "at",
                name="classification_failed",
                condition=~Q(failure="") & Q(image__isnull=False),
            ),
            # What is kept no longer.
            models.Index("at", name="classification_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.at}"

    @property
    def highest(self) -> list[tuple[str, float]]:
        """Return the categories with the highest scores, the highest first."""
        ordered = sorted(self.scores.items(), key=lambda one: (-one[1], one[0]))
        return [one for one in ordered if one[1] >= LEAST_SHOWN][:SHOWN]


class ScoreLimit(models.Model):
    """From which score of a category on something follows. Every change stands in the log."""

    class Field(models.TextChoices):
        PROMPT = "prompt", "Prompts"
        PICTURE = "picture", "Pictures"

    class Action(models.TextChoices):
        FLAG = "flag", "Flag: have somebody look"
        FILTER = "filter", "Filter: keep from others until somebody has looked"
        BLOCK = "block", "Block: refuse the request"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    field = models.CharField(max_length=10, choices=Field)
    category = models.CharField(max_length=60)
    action = models.CharField(max_length=10, choices=Action)
    at_least = models.FloatField(help_text="Above 0, at most 1")
    reason = models.CharField(max_length=40, choices=Reason)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["field", "category", "action"], name="score_limit_once"
            ),
            models.CheckConstraint(
                name="score_limit_is_a_score", condition=Q(at_least__gt=0, at_least__lte=1)
            ),
            # What was made is paid for: it is kept.
            models.CheckConstraint(
                name="score_limit_blocks_words_alone",
                condition=~Q(action="block") | Q(field="prompt"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.category} ≥ {self.at_least:.2f}: {self.action}"

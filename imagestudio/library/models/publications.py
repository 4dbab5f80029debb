"""What is shown to everybody: a picture as its account published it, and who loves it."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, Standing, User
from imagestudio.library.models.images import Image
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS

KEPT_OUT = tuple(
    one for one in Standing if one.severity >= Standing.GALLERY_BLOCKED.severity
)  # such an account, whoever made the picture, and who asked for it show nothing to everybody


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Reads of publications."""

    def owned_by(self, account: Account) -> PublicationQuerySet:
        """Return what an account has published or asked to publish."""
        return self.filter(account=account)

    def public(self) -> PublicationQuerySet:
        """Return what everybody sees now. `visibility.seen` says the same of one picture."""
        return (
            self.filter(
                published_at__isnull=False,
                image__is_listed=True,
                image__visibility=Image.Visibility.PUBLIC,
                image__review=Image.Review.APPROVED,
                account__closed_at=None,
            )
            .exclude(image__moderation__in=HIDDEN_FROM_OTHERS)
            .exclude(account__standing__in=KEPT_OUT)
            .exclude(account__person__standing__in=KEPT_OUT)
            .exclude(image__created_by__standing__in=KEPT_OUT)
            .exclude(asked_by__standing__in=KEPT_OUT)
        )

    def with_details(self) -> PublicationQuerySet:
        """Return rows with what a tile of the gallery needs."""
        return self.select_related("image__file")


class Publication(models.Model):
    """A picture as it is shown to everybody.

    Title, prompt and name are kept as they were when somebody asked to publish it: what was looked
    at is what is shown, whatever becomes of the picture's own words.
    """

    image = models.OneToOneField(
        Image, on_delete=models.PROTECT, primary_key=True, related_name="publication"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    published_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is public")
    title = models.CharField(max_length=200, blank=True)
    prompt = models.TextField(blank=True, help_text="Empty: it is not shown")
    name = models.CharField(max_length=100, blank=True, help_text="Of its maker; empty: not shown")
    loves = models.PositiveIntegerField(default=0)
    search = SearchVectorField(null=True, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        indexes = [
            # The gallery, newest first, and what is loved most.
            models.Index(
                F("published_at").desc(),
                F("image_id").desc(),
                name="publication_newest",
                condition=Q(published_at__isnull=False),
            ),
            models.Index(
                F("loves").desc(),
                F("published_at").desc(),
                F("image_id").desc(),
                name="publication_loved",
                condition=Q(published_at__isnull=False),
            ),
            # Words of what is shown.
            GinIndex(
                "search",
                name="publication_search",
                fastupdate=False,
                condition=Q(published_at__isnull=False),
            ),
            # What one account has published.
            models.Index("account", F("asked_at").desc(), name="publication_account"),
        ]

    def __str__(self) -> str:
        return str(self.image_id)


class Love(models.Model):
    """That somebody loves a public picture. How many do stands in the publication."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "user"], name="love_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} loves {self.publication_id}"

"""Pictures in an account's library."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import Filters
from imagestudio.library.models.files import File
from imagestudio.library.selection import Selection

# Decisions of the panel under which not even its account sees a picture (`Image.Moderation`).
HIDDEN_FROM_ALL = ("hidden_all", "quarantined_legal")


class ImageQuerySet(models.QuerySet["Image"]):
    """Reads of images."""

    def owned_by(self, account: Account) -> ImageQuerySet:
        """Return the images in an account's library, what is in the trash included."""
        return self.filter(account=account, purged_at=None)

    def kept(self) -> ImageQuerySet:
        """Return what the library shows: neither in the trash nor hidden from everybody."""
        return self.filter(is_listed=True)

    def matching(self, filters: Filters, *, user: User) -> ImageQuerySet:
        """Return what these filters want, in no order; `user` is whose favourites count."""
        _ = user
        found = self
        if filters.words:
            found = found.filter(
                Q(prompt__icontains=filters.words) | Q(title__icontains=filters.words)
            )
        return found

    def in_trash(self) -> ImageQuerySet:
        """Return what is in the trash, without what a decision hides from everybody."""
        return self.filter(trashed_at__isnull=False, purged_at=None).exclude(
            moderation__in=HIDDEN_FROM_ALL
        )

    def selected(self, selection: Selection, *, user: User) -> ImageQuerySet:
        """Return what a selection holds, of these; `user` is whose favourites count."""
        if selection.matching is None:
            return self.filter(pk__in=selection.ids)
        found = self.matching(selection.filters, user=user)
        return found.filter(added_at__lte=selection.until) if selection.until else found

    def newest_first(self) -> ImageQuerySet:
        """Return the images in the order of the library, with what a tile needs."""
        return self.order_by("-added_at", "-id").select_related("file")


class Image(models.Model):
    """A picture in an account's library. Never deleted as a row: a purge blanks it."""

    class Origin(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        GENERATED = "generated", "Generated"

    class Visibility(models.TextChoices):
        PRIVATE = "private", "Private"
        PUBLIC = "public", "Public"

    class Review(models.TextChoices):
        NONE = "none", "None"
        REQUESTED = "requested", "Requested"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    class Moderation(models.TextChoices):
        CLEAR = "clear", "Clear"
        BLURRED = "blurred", "Blurred"
        HIDDEN_PUBLIC = "hidden_public", "Hidden from the public"
        HIDDEN_ALL = "hidden_all", "Hidden from everybody"
        QUARANTINED_LEGAL = "quarantined_legal", "Quarantined for legal reasons"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="images")
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="images")
    added_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin)
    title = models.CharField(max_length=200, blank=True)
    prompt = models.TextField(blank=True)
    model = models.CharField(max_length=100, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    size = models.CharField(max_length=20, blank=True)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    placeholder = models.CharField(max_length=7, help_text="The dominant colour, as #rrggbb")
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    purged_at = models.DateTimeField(null=True, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    review = models.CharField(max_length=10, choices=Review, default=Review.NONE)
    moderation = models.CharField(max_length=20, choices=Moderation, default=Moderation.CLEAR)
    is_listed = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(trashed_at=None, purged_at=None) & ~Q(moderation__in=HIDDEN_FROM_ALL),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text="Whether the library of its account shows it",
    )

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="image_purged_has_no_file",
                condition=Q(purged_at=None, file__isnull=False)
                | Q(purged_at__isnull=False, file=None),
            ),
        ]
        indexes = [
            # The library: one account's pictures, newest first.
            models.Index(
                "account",
                F("added_at").desc(),
                F("id").desc(),
                name="image_library",
                condition=Q(is_listed=True),
            ),
            # The trash of one account.
            models.Index(
                "account",
                F("trashed_at").desc(),
                F("id").desc(),
                name="image_trash",
                condition=Q(trashed_at__isnull=False, purged_at=None),
            ),
            # What has been in the trash for so long that it is purged, in all accounts.
            models.Index(
                "trashed_at",
                name="image_purge",
                condition=Q(trashed_at__isnull=False, purged_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.prompt[:60] or str(self.id)

    @property
    def alternative_text(self) -> str:
        """Return what a person who cannot see the picture is told."""
        return self.title or self.prompt or "Uploaded picture"

"""WHAT THEY OWN: stored bytes, the images made of them, and where each image came from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User

MAX_POSITION = 16  # sources of one generation, and so parents of one image


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


class ImageQuerySet(models.QuerySet["Image"]):
    """Reads of images."""

    def owned_by(self, account: Account) -> ImageQuerySet:
        """Return the images in an account's library, what is in the trash included."""
        return self.filter(account=account, purged_at=None)

    def kept(self) -> ImageQuerySet:
        """Return what is not in the trash."""
        return self.filter(trashed_at=None)

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
    purged_at = models.DateTimeField(null=True, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    review = models.CharField(max_length=10, choices=Review, default=Review.NONE)
    moderation = models.CharField(max_length=20, choices=Moderation, default=Moderation.CLEAR)

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
                condition=Q(trashed_at=None, purged_at=None),
            ),
            # The trash of one account.
            models.Index(
                "account",
                F("trashed_at").desc(),
                F("id").desc(),
                name="image_trash",
                condition=Q(trashed_at__isnull=False, purged_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.prompt[:60] or str(self.id)

    @property
    def alternative_text(self) -> str:
        """Return what a person who cannot see the picture is told."""
        return self.title or self.prompt or "Uploaded picture"


class Derivation(models.Model):
    """That one image was made from another, as the library itself remembers it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="children")
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

    def __str__(self) -> str:
        return f"{self.parent_id} → {self.child_id}"

"""Links by which an account shows something to people who are not its members."""

from __future__ import annotations

from hashlib import sha256

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, Standing, User
from imagestudio.library.models.images import Image, ImageQuerySet
from imagestudio.library.models.order import Album
from imagestudio.library.visibility import OUT_OF_SERVICE


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    """Reads of links."""

    def owned_by(self, account: Account) -> ShareLinkQuerySet:
        """Return the links of an account, newest first."""
        return self.filter(account=account).order_by("-made_at", "-id")

    def live(self) -> ShareLinkQuerySet:
        """Return the links that are neither revoked nor expired, by the database's clock."""
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=Now()))

    def ended(self) -> ShareLinkQuerySet:
        """Return the links that are revoked or expired."""
        return self.filter(Q(revoked_at__isnull=False) | Q(expires_at__lte=Now()))

    def with_details(self) -> ShareLinkQuerySet:
        """Return rows with all that a list of links shows."""
        return self.select_related("image__file", "album__cover__file", "made_by")

    def reachable(self) -> ShareLinkQuerySet:
        """Return the live links that lead somewhere, but for what becomes of single pictures.

        None while their account, or the person whose account it is, is suspended or closed, none
        by somebody who is suspended, and none to an album that was removed.
        """
        return (
            self.live()
            .filter(account__closed_at=None)
            .exclude(account__standing__in=OUT_OF_SERVICE)
            .exclude(account__person__standing__in=OUT_OF_SERVICE)
            .exclude(made_by__standing=Standing.SUSPENDED)
            .filter(Q(album=None) | Q(album__removed_at=None))
        )

    def open_to(self, secret: str) -> ShareLinkQuerySet:
        """Return the reachable link, if any, that this secret opens, with what it leads to.

        The secret is looked up by its hash: how long that takes says nothing of how near a guess
        was.
        """
        return self.reachable().filter(hash=secret_hash(secret)).select_related("album")


def secret_hash(secret: str) -> bytes:
    """Return what is kept of a link's secret."""
    return sha256(secret.encode()).digest()


class ShareLink(models.Model):
    """A link to one picture or one album, read only. Only the hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="share_links")
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="share_links"
    )
    album = models.ForeignKey(
        Album, on_delete=models.PROTECT, null=True, blank=True, related_name="share_links"
    )
    hash = models.BinaryField(max_length=32, unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False)  # last characters, to tell two apart
    password = models.CharField(max_length=128, blank=True, help_text="As Django hashes it")
    shows_prompt = models.BooleanField(default=False, help_text="And the title")
    allows_download = models.BooleanField(default=False, help_text="Of the original bytes")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="When it was last opened")

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_link_one_thing",
                condition=Q(image__isnull=False, album=None) | Q(image=None, album__isnull=False),
            ),
        ]
        indexes = [
            # The links of an account, newest first.
            models.Index("account", F("made_at").desc(), F("id").desc(), name="share_link_account"),
        ]

    def __str__(self) -> str:
        return f"…{self.hint}"

    @property
    def picture(self) -> Image | None:
        """Return what stands for the link in a list of its account: as long as it is there."""
        one = self.album.cover if self.album else self.image
        return one if one is not None and one.is_listed else None

    def images(self) -> ImageQuerySet:
        """Return the pictures that the link shows now: its one, or those of its album.

        An album nested in that one has to be shared by itself.
        """
        shown = Image.objects.filter(account=self.account_id).behind_links()
        if self.album_id:
            return shown.filter(album_items__album=self.album_id)
        return shown.filter(share_links=self)

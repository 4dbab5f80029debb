"""How people order their pictures: albums, tags, favourites.

The rows that put an image somewhere carry a copy of its `added_at`, which never changes, so that
the pictures of a tag, an album or a person are listed in the order of the library by one index; and
of its `shelf`, which the database copies, so that the same index tells what else they are.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce, Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models.counts import Tally, TallyChange
from imagestudio.library.models.images import Image


def counted(kind: str) -> models.expressions.Combinable:
    """Return how many pictures that the library shows have a tag, or are in an album."""
    kept = summed(Tally, kind)
    since = summed(TallyChange, kind)
    return Coalesce(models.Subquery(kept), 0) + Coalesce(models.Subquery(since), 0)


def summed(counts: type[Tally | TallyChange], kind: str) -> models.QuerySet[Any]:
    """Return the sum of the counts about a row."""
    about = counts.objects.filter(account=OuterRef("account"), kind=kind, key=OuterRef("pk"))
    summed = models.Func(F("pictures"), function="SUM", output_field=models.BigIntegerField())
    return about.order_by().annotate(total=summed).values("total")


class TagQuerySet(models.QuerySet["Tag"]):
    """Reads of tags."""

    def with_counts(self) -> models.QuerySet[Any]:
        """Return the tags, each with its number of `pictures` that the library shows."""
        return self.annotate(pictures=counted(Tally.Kind.TAG))

    def beginning(self, folded: str) -> TagQuerySet:
        """Return the tags whose name begins with this folded text."""
        return self.filter(folded__startswith=folded)

    def owned_by(self, account: Account) -> TagQuerySet:
        """Return the tags of an account, by name."""
        return self.filter(account=account).order_by("folded")

    def staying(self) -> TagQuerySet:
        """Return the tags that are not on their way out of their account."""
        return self.filter(leaving_at=None)


class Tag(models.Model):
    """A word that an account gives to some of its pictures.

    What takes long is worked off in slices, and the row says how far it is: taking a new name into
    the index, and giving the pictures of a tag that leaves to its successor, or to none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tags")
    name = models.CharField(max_length=50)
    folded = models.CharField(max_length=100, help_text="The name without case and marks")
    made_at = models.DateTimeField(db_default=Now())
    indexed_to = models.UUIDField(
        null=True, help_text="The last picture that is found by a new name; NULL: all are"
    )
    leaving_at = models.DateTimeField(null=True, help_text="When it was removed, or merged")
    successor = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+", help_text="Merged into it"
    )
    worked_at = models.DateTimeField(null=True, help_text="When a slice was done; NULL: all is")

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "folded"], name="tag_once_per_account"),
            models.CheckConstraint(
                name="tag_at_work",
                condition=Q(worked_at=None, leaving_at=None, indexed_to=None)
                | (Q(worked_at__isnull=False) & ~Q(leaving_at=None, indexed_to=None)),
            ),
        ]
        indexes = [
            # What a worker has to go on with.
            models.Index("worked_at", name="tag_worked", condition=Q(worked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class ImageTag(models.Model):
    """That an image has a tag."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Each of the two leads an index below: one of its own would only be written for nothing.
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    image = models.ForeignKey(
        Image, on_delete=models.PROTECT, related_name="taggings", db_index=False
    )
    added_at = models.DateTimeField(help_text="Of the image")
    shelf = models.BigIntegerField(
        null=True, editable=False, help_text="Of the image; by a trigger"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "tag"], name="image_tag_once"),
        ]
        indexes = [
            # The pictures of a tag, newest first.
            models.Index(
                "tag",
                F("added_at").desc(),
                F("image").desc(),
                name="image_tag_library",
                include=["shelf"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id}: {self.image_id}"


class AlbumQuerySet(models.QuerySet["Album"]):
    """Reads of albums."""

    def with_counts(self) -> models.QuerySet[Any]:
        """Return the albums, each with its number of `pictures` that the library shows."""
        return self.annotate(pictures=counted(Tally.Kind.ALBUM))

    def with_covers(self) -> AlbumQuerySet:
        """Return the albums, each with the key of the image that stands for it as `shown`.

        That is the cover that was chosen, while the library shows it, or the first picture.
        """
        chosen = Image.objects.filter(pk=OuterRef("cover"), is_listed=True)
        items = AlbumItem.objects.filter(album=OuterRef("pk"), image__is_listed=True)
        first = items.order_by("position", "pk")
        return self.annotate(
            shown=Coalesce(
                models.Subquery(chosen.values("pk")),
                models.Subquery(first.values("image")[:1]),
                output_field=models.UUIDField(),
            )
        )

    def owned_by(self, account: Account, *, removed: bool = False) -> AlbumQuerySet:
        """Return the albums of an account in their order: those that are there, or were removed."""
        mine = self.filter(account=account, removed_at__isnull=not removed)
        return mine.order_by("position", "id")


class Album(models.Model):
    """Pictures that an account put together, in an order of its own; nested at most once.

    Removing one keeps its row, so that it can be brought back; the pictures stay in the library.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="albums")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="nested"
    )
    name = models.CharField(max_length=100)
    cover = models.ForeignKey(
        Image, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.BigIntegerField(default=0, help_text="Among the albums beside it")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AlbumQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="album_not_in_itself", condition=~Q(id=F("parent"))),
        ]
        indexes = [
            # The albums of an account, in order.
            models.Index(
                "account",
                "parent",
                "position",
                "id",
                name="album_order",
                condition=Q(removed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)  # its name belongs to its account


class AlbumItemQuerySet(models.QuerySet["AlbumItem"]):
    """Reads of the pictures of albums."""

    def owned_by(self, account: Account) -> AlbumItemQuerySet:
        """Return the items of an account's albums that are there, of pictures that are shown."""
        there = self.filter(album__account=account, album__removed_at=None)
        return there.filter(image__is_listed=True)

    def by_hand(self) -> AlbumItemQuerySet:
        """Return the items in the order of their album, with what a tile needs."""
        return self.order_by("position", "pk").select_related("image__file")


class AlbumItem(models.Model):
    """That an image is in an album, and where."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    album = models.ForeignKey(Album, on_delete=models.CASCADE, related_name="items")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="album_items")
    position = models.BigIntegerField(help_text="Ascending; gaps leave room to put one between")
    added_at = models.DateTimeField(help_text="Of the image")
    shelf = models.BigIntegerField(
        null=True, editable=False, help_text="Of the image; by a trigger"
    )
    placed_at = models.DateTimeField(db_default=Now())

    objects = AlbumItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["album", "image"], name="album_item_once"),
        ]
        indexes = [
            # An album in its own order.
            models.Index("album", "position", "id", name="album_item_order"),
            # The pictures of an album, newest first.
            models.Index(
                "album",
                F("added_at").desc(),
                F("image").desc(),
                name="album_item_library",
                include=["shelf"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.album_id}: {self.image_id}"


class FavouriteQuerySet(models.QuerySet["Favourite"]):
    """Reads of favourites."""

    def owned_by(self, account: Account, user: User) -> FavouriteQuerySet:
        """Return the favourites of a person in an account."""
        return self.filter(account=account, user=user)


class Favourite(models.Model):
    """That a person likes an image; of no concern to the others of the account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="favourites")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="favourites")
    added_at = models.DateTimeField(help_text="Of the image")
    shelf = models.BigIntegerField(
        null=True, editable=False, help_text="Of the image; by a trigger"
    )

    objects = FavouriteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "image"], name="favourite_once"),
        ]
        indexes = [
            # A person's favourites in one account, newest first.
            models.Index(
                "account",
                "user",
                F("added_at").desc(),
                F("image").desc(),
                name="favourite_library",
                include=["shelf"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.image_id}"

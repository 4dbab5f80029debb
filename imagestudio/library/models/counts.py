"""How many pictures there are of each sort, kept as pictures come and go.

Triggers note every change as a row of its own, so that nobody waits for anybody; a job adds the
rows up from time to time. What is read is the sum of both, and so exact at any moment.
"""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User


class Alike(models.Model):
    """What the pictures of a shelf have in common."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    model = models.CharField(max_length=100)
    quality = models.CharField(max_length=20)
    size = models.CharField(max_length=20)
    format = models.CharField(max_length=10)
    origin = models.CharField(max_length=10)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    visibility = models.CharField(max_length=10)
    pictures = models.BigIntegerField()

    class Meta:
        abstract = True


class Shelf(Alike):
    """The pictures of one account that are alike in all that is filtered by (`Image.shelf`)."""

    id = models.BigIntegerField(primary_key=True, help_text="`Image.shelf`")

    class Meta:
        indexes = [models.Index("account", name="shelf_account")]

    def __str__(self) -> str:
        return f"{self.id}: {self.pictures}"


class ShelfMonth(models.Model):
    """How many pictures of a shelf entered the library in a month (of UTC)."""

    pk = models.CompositePrimaryKey("account_id", "month", "shelf")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    month = models.DateField(help_text="Its first day")
    shelf = models.BigIntegerField()
    pictures = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.month}: {self.pictures}"


class ShelfChange(Alike):
    """Pictures that came to a shelf or left it, not added up yet."""

    id = models.BigAutoField(primary_key=True)
    shelf = models.BigIntegerField()
    month = models.DateField()

    class Meta:
        indexes = [models.Index("account", name="shelf_change_account")]

    def __str__(self) -> str:
        return f"{self.shelf}: {self.pictures:+}"


class Tally(models.Model):
    """How many pictures that the library shows have a tag, are in an album, or are favourites."""

    class Kind(models.TextChoices):
        TAG = "tag", "Tag"
        ALBUM = "album", "Album"
        FAVOURITE = "favourite", "Favourites of a person"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.UUIDField(help_text="Of the tag, the album or the person")
    pictures = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "key"], name="tally_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.pictures}"


class TallyChange(models.Model):
    """Pictures that were put somewhere or taken away, not added up yet."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kind = models.CharField(max_length=10, choices=Tally.Kind)
    key = models.UUIDField()
    pictures = models.BigIntegerField()

    class Meta:
        indexes = [models.Index("account", "kind", "key", name="tally_change_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.pictures:+}"

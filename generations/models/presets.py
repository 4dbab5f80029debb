"""What an account keeps to begin with: prompts with their parameters, and sets of sources."""

from __future__ import annotations

from typing import Self, TypeVar
from urllib.parse import urlencode

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models import MAX_POSITION, Image

LONGEST_NAME = 80  # characters


Row = TypeVar("Row", bound=models.Model)


class KeptQuerySet(models.QuerySet[Row]):
    """Reads of what an account keeps under names."""

    def owned_by(self, account: Account) -> Self:
        """Return what an account has, what was removed included."""
        return self.filter(account=account)

    def kept(self) -> Self:
        """Return what is in the list."""
        return self.filter(removed_at=None)

    def removed(self) -> Self:
        """Return what was removed and can be brought back."""
        return self.filter(removed_at__isnull=False)

    def by_name(self) -> Self:
        """Return the rows as people look for them."""
        return self.order_by(Lower("name"), "id")


class Kept(models.Model):
    """What an account keeps under a name. Removing it keeps its row, so that it can come back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=LONGEST_NAME)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.id)  # its name belongs to its account


class PresetQuerySet(KeptQuerySet["Preset"]):
    """Reads of presets."""

    def saying(self, words: str) -> PresetQuerySet:
        """Return the presets that have each of these words in their name or prompt."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(prompt__icontains=word))
        return found


class Preset(Kept):
    """A prompt or a style under a name; with a model, also all parameters.

    A prompt that says `{prompt}` is put around what is being written, any other is added to it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="presets")
    prompt = models.TextField(blank=True)
    model = models.CharField(max_length=100, blank=True, help_text="Empty: it sets no parameters")
    parameters = models.JSONField(
        default=dict, blank=True, help_text="quality, size, background, output_format"
    )

    objects = PresetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account", Lower("name"), name="preset_name", condition=Q(removed_at=None)
            ),
            models.CheckConstraint(
                name="preset_says_something", condition=~Q(prompt="") | ~Q(model="")
            ),
        ]
        indexes = [
            models.Index("account", F("made_at").desc(), F("id").desc(), name="preset_account"),
        ]

    @property
    def kind(self) -> str:
        """Return what it is, for pages on which both kinds stand."""
        return "preset"

    @property
    def as_query(self) -> str:
        """Return its parameters as the composer's own fields."""
        return urlencode({"model": self.model, **self.parameters})

    @property
    def chips(self) -> list[str]:
        """Return its parameters in words, without those that say nothing."""
        values = [str(value).replace("x", " × ") for value in self.parameters.values()]
        return [self.model.rpartition("/")[2], *(value for value in values if value != "auto")]


class SourceSetQuerySet(KeptQuerySet["SourceSet"]):
    """Reads of source sets."""

    def with_items(self) -> SourceSetQuerySet:
        """Return rows with their pictures, in a fixed number of statements."""
        items = SourceSetItem.objects.select_related("image__file")
        return self.prefetch_related(models.Prefetch("items", items))


class SourceSet(Kept):
    """Sources in their order, with their roles, under a name.

    A picture that leaves the library keeps its place in the set, so that its going is seen.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="source_sets")

    objects = SourceSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account", Lower("name"), name="source_set_name", condition=Q(removed_at=None)
            ),
        ]
        indexes = [
            models.Index("account", F("made_at").desc(), F("id").desc(), name="source_set_account"),
        ]

    @property
    def kind(self) -> str:
        """Return what it is, for pages on which both kinds stand."""
        return "set"

    @property
    def as_query(self) -> str:
        """Return its sources as the composer's own fields, from the rows that are loaded."""
        fields = [[("source", one.image_id), ("role", one.role)] for one in self.items.all()]
        return urlencode([pair for pairs in fields for pair in pairs])


class SourceSetItem(models.Model):
    """A picture of a source set, at a position from 1."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source_set = models.ForeignKey(SourceSet, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_set", "position"], name="source_set_item_position"
            ),
            models.CheckConstraint(
                name="source_set_item_position_range",
                condition=Q(position__gte=1, position__lte=MAX_POSITION),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.image_id}"

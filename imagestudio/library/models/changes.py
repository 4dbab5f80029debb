"""Deeds on many pictures at once, each of which can be undone as one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models.images import Image
from imagestudio.library.models.order import Album, Tag


class ChangeQuerySet(models.QuerySet["Change"]):
    """Reads of changes."""

    def owned_by(self, account: Account) -> ChangeQuerySet:
        """Return the changes in an account, newest first."""
        return self.filter(account=account).order_by("-made_at", "-id")


class Change(models.Model):
    """One deed on a selection of pictures: what was asked, how far it is, whether it was undone.

    A selection is a list of ids, or all that matched a filter when it was asked; the latter is
    worked off in slices, and pictures that entered the library since are not touched.
    """

    class Kind(models.TextChoices):
        TRASH = "trash", "Moved to the trash"
        RESTORE = "restore", "Restored"
        TAG = "tag", "Tagged"
        UNTAG = "untag", "Tag removed"
        ADD_TO_ALBUM = "add_to_album", "Added to an album"
        REMOVE_FROM_ALBUM = "remove_from_album", "Removed from an album"
        FAVOURITE = "favourite", "Marked as favourite"
        UNFAVOURITE = "unfavourite", "No longer a favourite"

    class State(models.TextChoices):
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="changes")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    tag = models.ForeignKey(Tag, on_delete=models.SET_NULL, null=True, related_name="+")
    album = models.ForeignKey(Album, on_delete=models.PROTECT, null=True, related_name="+")
    selection = models.JSONField(help_text="`{ids: […]}`, or `{filters: …, until: …}`")
    changed = models.PositiveIntegerField(default=0, help_text="Pictures that it really changed")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("account", F("made_at").desc(), F("id").desc(), name="change_account"),
            # What a worker has to go on with.
            models.Index(
                "made_at", name="change_at_work", condition=Q(state__in=["running", "undoing"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class ChangedImage(models.Model):
    """A picture that a change really changed, and that undoing it therefore changes back."""

    pk = models.CompositePrimaryKey("change_id", "image_id")
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.change_id}: {self.image_id}"

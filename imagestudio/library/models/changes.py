"""Deeds on many pictures at once, each of which can be undone as one."""

from __future__ import annotations

from uuid import UUID

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

    def known_to(self, user: User) -> ChangeQuerySet:
        """Return what this member of its account may know: others' favourites are their own."""
        return self.filter(~Q(kind__in=PERSONAL) | Q(user=user))

    def at_work(self) -> ChangeQuerySet:
        """Return the changes that a worker goes on with."""
        return self.filter(state__in=AT_WORK)


class Change(models.Model):
    """One deed on a selection of pictures: what was asked, how far it is, whether it was undone.

    A selection is a list of ids, or all that matched a filter when it was asked. It is worked off
    in slices, each a transaction of its own; `reached` is where the next one begins. Pictures that
    entered the library since are not touched.
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
        PURGE = "purge", "Removed for good"

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
    selection = models.JSONField(help_text="`{ids: […]}`, or `{matching: …, until: …}`")
    total = models.PositiveIntegerField(null=True, help_text="Selected, as soon as it is known")
    done = models.PositiveIntegerField(default=0, help_text="Selected pictures it has come past")
    changed = models.PositiveIntegerField(default=0, help_text="Pictures that it really changed")
    unchanged = models.PositiveIntegerField(default=0, help_text="Pictures that were so already")
    undone = models.PositiveIntegerField(default=0, help_text="Pictures that were changed back")
    reached_at = models.DateTimeField(null=True, help_text="Time of the last picture it came past")
    reached = models.UUIDField(null=True, help_text="That picture")
    touched_at = models.DateTimeField(db_default=Now(), help_text="When a slice of it was done")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who takes it back: may they not any more, nobody goes on with that",
    )

    objects = ChangeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index("account", F("made_at").desc(), F("id").desc(), name="change_account"),
            # What a worker has to go on with.
            models.Index(
                "touched_at", name="change_at_work", condition=Q(state__in=["running", "undoing"])
            ),
            # What is old enough to be forgotten.
            models.Index("made_at", name="change_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def is_at_work(self) -> bool:
        """Say whether a worker goes on with it."""
        return self.state in AT_WORK

    @property
    def deed(self) -> str:
        """Return what has become of the pictures: once it is undone, the opposite of its kind."""
        is_back = self.state in (self.State.UNDOING, self.State.UNDONE)
        return OPPOSITE[self.Kind(self.kind)] if is_back else self.kind

    @property
    def count(self) -> int:
        """Return of how many pictures that is so."""
        return self.undone if self.state == self.State.UNDONE else self.changed - self.undone

    @property
    def missing(self) -> int:
        """Return how many selected pictures were not where the deed looks for them.

        That is the trash for what leaves it, and the library for anything else.
        """
        return max(0, self.done - self.changed - self.unchanged)

    @property
    def actor_id(self) -> UUID:
        """Return who has to be allowed what is done now: who asked for it, or who takes it back."""
        is_back = self.state == self.State.UNDOING
        return self.undone_by_id if is_back and self.undone_by_id else self.user_id

    @property
    def has_lost_its_tag(self) -> bool:
        """Say whether the tag that it is about was taken out of the account."""
        return self.kind in (self.Kind.TAG, self.Kind.UNTAG) and self.tag_id is None

    @property
    def can_be_undone(self) -> bool:
        """Say whether undoing it means anything."""
        if self.kind == self.Kind.PURGE:
            return False
        has_changed = self.state == self.State.DONE and self.changed > self.undone
        return has_changed or self.state == self.State.RUNNING


AT_WORK = (Change.State.RUNNING, Change.State.UNDOING)
OPPOSITE = {
    Change.Kind.TRASH: Change.Kind.RESTORE,
    Change.Kind.RESTORE: Change.Kind.TRASH,
    Change.Kind.TAG: Change.Kind.UNTAG,
    Change.Kind.UNTAG: Change.Kind.TAG,
    Change.Kind.ADD_TO_ALBUM: Change.Kind.REMOVE_FROM_ALBUM,
    Change.Kind.REMOVE_FROM_ALBUM: Change.Kind.ADD_TO_ALBUM,
    Change.Kind.FAVOURITE: Change.Kind.UNFAVOURITE,
    Change.Kind.UNFAVOURITE: Change.Kind.FAVOURITE,
    Change.Kind.PURGE: Change.Kind.PURGE,
}
PERSONAL = (Change.Kind.FAVOURITE, Change.Kind.UNFAVOURITE)


class ChangedImage(models.Model):
    """A picture that a change really changed, and that undoing it therefore changes back.

    `row` is the tagging, item or favourite that the change wrote: one that somebody wrote since is
    another and stays. `position` is where the picture was in the album that it was taken from.
    """

    pk = models.CompositePrimaryKey("change_id", "image_id")
    change = models.ForeignKey(Change, on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    row = models.UUIDField(null=True)
    position = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.change_id}: {self.image_id}"

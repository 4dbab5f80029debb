"""Many cases decided as one: the deed, and what became of each of its cases."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.policies import Action, Reason


class BulkDeedQuerySet(models.QuerySet["BulkDeed"]):
    """Reads of bulk deeds."""

    def done(self) -> BulkDeedQuerySet:
        """Return those that somebody did, not those that were only tried."""
        return self.exclude(state=BulkDeed.State.DRAFT)

    def known_to(self, moderator: User) -> BulkDeedQuerySet:
        """Return what everybody in the panel knows, and this moderator's own drafts."""
        return self.filter(~Q(state=BulkDeed.State.DRAFT) | Q(actor=moderator))

    def abandoned(self, after: timedelta) -> BulkDeedQuerySet:
        """Return what nobody has worked on for so long, by the database's clock."""
        return self.filter(state__in=AT_WORK, touched_at__lt=Now() - after)


class BulkDeed(models.Model):
    """One verdict for many cases: the parent of their decisions, which can be undone as one.

    A draft is what was chosen, with the version in which each case was seen, and what it was last
    tried with; it decides nothing. The counts say what became of the cases.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Not done yet"
        RUNNING = "running", "At work"
        DONE = "done", "Done"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    class Choice(models.TextChoices):
        """What its cases have in common."""

        TICKED = "ticked", "Chosen one by one"
        TAB = "tab", "A part of the queue"
        PERSON = "person", "Open cases of a person"
        ACCOUNT = "account", "Open cases of an account"
        BYTES = "bytes", "Pictures with the same bytes"
        ALIKE = "alike", "Pictures that look the same"
        REPORTER = "reporter", "Open cases that rest on one person's reports"

    COUNTED: ClassVar = ("decided", "left", "undone", "kept")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice)
    about = models.CharField(
        max_length=40, blank=True, help_text="Part of the queue, or id of the person, account, case"
    )
    action = models.CharField(max_length=20, choices=Action, blank=True)
    reason = models.CharField(max_length=40, choices=Reason, blank=True)
    facts = models.TextField(max_length=2000, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    legal_ground = models.CharField(max_length=500, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Case.Outcome, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    total = models.PositiveIntegerField(default=0, help_text="Cases that were chosen")
    decided = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0, help_text="Cases that it left alone")
    undone = models.PositiveIntegerField(default=0, help_text="Decisions that were taken back")
    kept = models.PositiveIntegerField(default=0, help_text="Decisions that undoing left alone")
    made_at = models.DateTimeField(db_default=Now())
    begun_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(db_default=Now(), help_text="When a case of it was done")
    ended_at = models.DateTimeField(null=True, blank=True)
    is_unnoticed = models.BooleanField(
        default=False, help_text="It is taken back before anybody was told"
    )
    undo_text = models.TextField(max_length=2000, blank=True, help_text="What people are told")
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BulkDeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bulk_does_something", condition=Q(state="draft") | ~Q(action="")
            ),
            models.CheckConstraint(
                name="bulk_counts",
                condition=Q(decided__lte=F("total") - F("left"))
                & Q(undone__lte=F("decided") - F("kept")),
            ),
            models.CheckConstraint(
                name="bulk_undone_by_somebody",
                condition=Q(state__in=["undoing", "undone"], undone_by__isnull=False)
                | ~Q(state__in=["undoing", "undone"]) & Q(undone_by=None, undone_at=None),
            ),
        ]
        indexes = [
            # What was done, newest first.
            models.Index(
                F("begun_at").desc(),
                F("id").desc(),
                name="bulk_begun",
                condition=~Q(state="draft"),
            ),
            # What a worker has to go on with; drafts that are forgotten.
            models.Index(
                "touched_at", name="bulk_at_work", condition=Q(state__in=["running", "undoing"])
            ),
            models.Index("made_at", name="bulk_drafts", condition=Q(state="draft")),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display() or 'Bulk deed'} ({self.state})"

    @property
    def is_at_work(self) -> bool:
        """Say whether somebody goes on with it."""
        return self.state in AT_WORK

    @property
    def worked_off(self) -> int:
        """Return how many of its cases are done, or taken back, as far as it has come."""
        is_back = self.state in {self.State.UNDOING, self.State.UNDONE}
        return self.undone + self.kept if is_back else self.decided + self.left

    @property
    def to_work_off(self) -> int:
        """Return how many of its cases there are to do, or to take back."""
        is_back = self.state in {self.State.UNDOING, self.State.UNDONE}
        return self.decided if is_back else self.total


AT_WORK = (BulkDeed.State.RUNNING, BulkDeed.State.UNDOING)


class BulkCase(models.Model):
    """One of the cases of a bulk deed, in the version in which it was chosen."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DECIDED = "decided", "Decided"
        LEFT = "left", "Left alone"
        UNDONE = "undone", "Taken back"
        KEPT = "kept", "Not taken back"

    class Why(models.TextChoices):
        """Why it is left alone, or its decision stays."""

        CHANGED = "changed", "It has changed since it was chosen"
        CLOSED = "closed", "It is closed"
        HELD = "held", "Somebody else has it in hand"
        OWN = "own", "It is about something of your own"
        APPEAL = "appeal", "An objection waits in it"
        ESCALATED = "escalated", "It was left to senior moderators"
        RANK = "rank", "It takes a higher rank"
        IMPOSSIBLE = "impossible", "It does not offer this"
        STOPPED = "stopped", "It was stopped before"
        REVERSED = "reversed", "It was taken back before"
        APPEALED = "appealed", "There is an objection to it"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    deed = models.ForeignKey(BulkDeed, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(help_text="Of the case, when it was chosen")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(max_length=10, choices=Why, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deed", "case"], name="bulk_case_once"),
            models.CheckConstraint(
                name="bulk_case_says_why",
                condition=Q(state__in=["left", "kept"]) & ~Q(why="")
                | ~Q(state__in=["left", "kept"]) & Q(why=""),
            ),
        ]
        indexes = [
            # What comes next.
            models.Index("deed", "state", "id", name="bulk_case_next"),
        ]

    def __str__(self) -> str:
        return f"{self.deed_id}: {self.case_id}"

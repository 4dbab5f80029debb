"""The case that a moderator looks at."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.library.models import Image, Publication
from imagestudio.library.visibility import HIDDEN_FROM_ALL
from imagestudio.moderation.models.screenings import Screening
from imagestudio.moderation.policies import EFFECTS, Rank, Reason

# What a case can be about → the column that names it.
SUBJECTS = {
    "image": "image",
    "user": "user",
    "account": "subject_account",
    "screening": "screening",
}


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases. Doors reach them only for moderators."""

    def unclosed(self) -> CaseQuerySet:
        """Return the cases that somebody still has to decide."""
        return self.exclude(state=Case.State.CLOSED)

    def about(self, **subject: Any) -> CaseQuerySet:
        """Return the cases about one subject, named by its column in `SUBJECTS`."""
        return self.filter(**subject)

    def waiting(self) -> CaseQuerySet:
        """Return what is to be looked at now: not closed, not put off to a later time."""
        return self.unclosed().filter(Q(snoozed_until=None) | Q(snoozed_until__lte=Now()))

    def in_order(self) -> CaseQuerySet:
        """Return cases in the order of the queue: lane, when the law wants an answer, weight, age.

        Those without such a time come last in their lane.
        """
        return self.order_by("lane", "due_at", F("weight").desc(), "opened_at", "id")

    def open_to(self, rank: Rank) -> CaseQuerySet:
        """Return the cases that somebody of this rank may look into.

        Those of lanes of their rank, but for earlier ones about a picture that is `kept_from` it.
        """
        lanes = [lane for lane in Case.Lane if lane.rank <= rank]
        return self.filter(lane__in=lanes).exclude(kept_from(rank, picture="image"))

    def overdue(self) -> CaseQuerySet:
        """Return the cases for whose answer the law's time has passed."""
        return self.unclosed().filter(due_at__lte=Now())

    def free_for(self, moderator: User) -> CaseQuerySet:
        """Return the cases that nobody else holds, by the database's clock."""
        return self.filter(
            Q(claimed_by=None) | Q(claimed_by=moderator) | Q(claimed_until__lte=Now())
        )

    def decidable_by(self, moderator: User, rank: Rank) -> CaseQuerySet:
        """Return the cases in which this moderator has something to decide.

        Not those about their own things or wishes, appeals against their own decisions or those of
        a higher rank, or what was escalated beyond theirs. `permissions.offered` says so of one
        case, and more exactly.
        """
        higher = [action for action, effect in EFFECTS.items() if effect.rank > rank]
        theirs = Q(decision_actor=moderator) | Q(decision__action__in=higher)
        appeals = apps.get_model("moderation", "Appeal").objects
        waiting = appeals.filter(theirs, case=OuterRef("pk"), decided_at=None)
        wishes = Publication.objects.filter(
            pk=OuterRef("image"), asked_by=moderator, image__review=Image.Review.REQUESTED
        )
        found = self.open_to(rank).exclude(Exists(waiting)).exclude(Exists(wishes))
        for column in ("image__created_by", "user", "screening__user"):
            found = found.exclude(**{column: moderator})
        mine = moderator.memberships.values("account")
        found = found.exclude(kind=Case.Kind.ACCOUNT, subject_account__in=mine)
        if rank < Rank.SENIOR_MODERATOR:
            found = found.exclude(state=Case.State.ESCALATED)
        return found

    def about_person(self, user: UUID) -> CaseQuerySet:
        """Return the cases about a person, or about what they have made or asked for."""
        return self.filter(
            Q(image__isnull=False, image__created_by=user)
            | Q(user=user)
            | Q(screening__isnull=False, screening__user=user)
        )

    def resting_on(self, reporter: UUID) -> CaseQuerySet:
        """Return the cases that there are because of one person's reports alone."""
        reports = apps.get_model("moderation", "Report").objects.filter(case=OuterRef("pk"))
        others = reports.filter(Q(reporter=None) | ~Q(reporter=reporter))
        lanes = (Case.Lane.LEGAL, Case.Lane.REPORT)
        return self.filter(
            Exists(reports.filter(reporter=reporter)), ~Exists(others), lane__in=lanes
        )

    def with_details(self) -> CaseQuerySet:
        """Return rows with all that the queue shows of a case."""
        return self.select_related(
            "account__person", "image__file", "image__created_by", "user", "subject_account",
            "screening__user", "claimed_by",
        )  # fmt: skip


def kept_from(rank: Rank, *, picture: str = "") -> Q:
    """Return the condition that a picture is for those of a higher rank alone.

    It is in quarantine, or has a case in a lane above this rank that goes on, or since whose
    decision nobody sees it. `picture` is the column that names it, empty in a query of pictures.
    """
    lanes = [lane for lane in Case.Lane if lane.rank > rank]
    if not lanes:
        return Q(pk__in=[])
    above = Case.objects.filter(image=OuterRef(picture or "pk"), lane__in=lanes)
    column = f"{picture}__moderation" if picture else "moderation"
    return (
        Q(**{column: Image.Moderation.QUARANTINED_LEGAL})
        | Q(Exists(above.unclosed()))
        | Q(Exists(above), **{f"{column}__in": HIDDEN_FROM_ALL})
    )


class Case(models.Model):
    """Something that a person has to look at: one open case for each subject."""

    class Kind(models.TextChoices):
        IMAGE = "image", "Picture"
        USER = "user", "Person"
        ACCOUNT = "account", "Account"
        SCREENING = "screening", "Prompt"

    class Lane(models.IntegerChoices):
        """Why it is looked at; a case stands in the first of those that it belongs to."""

        LEGAL = 0, "Legal"
        APPEAL = 10, "Appeal"
        REPORT = 20, "Report"
        RULE = 30, "Rule"
        REVIEW = 40, "To be published"

        @property
        def rank(self) -> Rank:
            """Return the rank that it takes to see the cases of this lane, and to decide them."""
            return Rank.SENIOR_MODERATOR if self is Case.Lane.LEGAL else Rank.MODERATOR

        @classmethod
        def of_rule(cls, *reasons: str) -> Case.Lane:
            """Return the lane of a case that a program opens for these reasons."""
            is_legal = any(Reason(one).is_legal for one in reasons)
            return cls.LEGAL if is_legal else cls.RULE

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ESCALATED = "escalated", "Escalated"
        CLOSED = "closed", "Closed"

    class Outcome(models.TextChoices):
        NO_VIOLATION = "no_violation", "No violation"
        ACTIONED = "actioned", "Something was done"
        DUPLICATE = "duplicate", "Duplicate"
        INVALID_REPORT = "invalid_report", "Invalid report"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", help_text="Whose thing it is about"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    image = models.ForeignKey(Image, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subject_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, null=True, related_name="+")
    lane = models.PositiveSmallIntegerField(choices=Lane)
    weight = models.PositiveIntegerField(default=0, help_text="Of its reports together")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    version = models.PositiveIntegerField(
        default=0, help_text="Goes up with each decision and each change of its state"
    )
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the law wants an answer")
    snoozed_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_one_subject",
                condition=reduce(
                    or_,
                    (
                        Q(
                            kind=kind,
                            **{f"{one}__isnull": one != its for one in SUBJECTS.values()},
                        )
                        for kind, its in SUBJECTS.items()
                    ),
                ),
            ),
            models.CheckConstraint(
                name="case_closed_has_outcome",
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="closed") & Q(closed_at=None, outcome=""),
            ),
            models.CheckConstraint(
                name="case_claim_whole",
                condition=Q(claimed_by=None, claimed_until=None)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
            ),
            *(
                models.UniqueConstraint(
                    fields=[subject],
                    name=f"case_open_once_per_{subject}",
                    condition=~Q(state="closed"),
                )
                for subject in SUBJECTS.values()
            ),
        ]
        indexes = [
            # The queue.
            models.Index(
                "lane",
                "due_at",
                F("weight").desc(),
                "opened_at",
                "id",
                name="case_queue",
                condition=~Q(state="closed"),
            ),
            # What was decided last.
            models.Index(F("closed_at").desc(), name="case_closed", condition=Q(state="closed")),
            # All cases about one account's things, newest first.
            models.Index("account", F("opened_at").desc(), name="case_account"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def subject(self) -> dict[str, Any]:
        """Return the column that names what the case is about, with its row."""
        column = SUBJECTS[self.kind]
        return {column: getattr(self, column)}

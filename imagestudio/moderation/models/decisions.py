"""What was decided, what people were told, and what they answered."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, User
from imagestudio.moderation.models.bulk import BulkDeed
from imagestudio.moderation.models.cases import Case
from imagestudio.moderation.models.strikes import StrikePlan
from imagestudio.moderation.policies import RESTRICTING, STRIKING, Action, Policy, Reason

APPEAL_WINDOW = timedelta(days=30)


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Reads of decisions."""

    def about(self, user: User) -> DecisionQuerySet:
        """Return what was decided about a person's things, newest first."""
        return self.filter(affected=user).order_by("-at", "-id")

    def in_force(self) -> DecisionQuerySet:
        """Return the decisions that were not taken back."""
        return self.filter(reversal=None).exclude(action=Action.REVERSE)

    def strikes_of(self, user: User) -> DecisionQuerySet:
        """Return what counted against a person when it was decided."""
        return self.filter(affected=user, strike_points__gt=0)

    def untold(self) -> DecisionQuerySet:
        """Return the decisions whose person is still to be told of them."""
        return self.filter(notice__sent_at=None, notice__withdrawn_at=None, notice__isnull=False)

    def over(self) -> DecisionQuerySet:
        """Return those in force whose time has passed, by the database's clock."""
        return self.in_force().filter(ends_at__lte=Now()).order_by("ends_at", "id")


class Decision(models.Model):
    """One decision in a case; written once. Taking it back is another decision.

    `moderation`, `review` and `standing` are what it set, empty for what it left alone.
    """

    class Origin(models.TextChoices):
        """What made the studio look: Art. 17 (3) b DSA."""

        REPORT = "report", "A report"
        OWN = "own", "The studio's own review"
        APPEAL = "appeal", "An appeal"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    case_version = models.PositiveIntegerField(help_text="Of the case that it was decided on")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    affected = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", help_text="Whom it is told"
    )
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="None: a rule",
    )  # fmt: skip
    rule = models.CharField(max_length=100, blank=True, help_text="Which rule, if no person")
    action = models.CharField(max_length=20, choices=Action)
    policy = models.CharField(max_length=20, choices=Policy, blank=True)
    reason = models.CharField(max_length=40, choices=Reason, blank=True)
    facts = models.TextField(max_length=2000, blank=True)
    note = models.TextField(max_length=2000, blank=True, help_text="For moderators alone")
    origin = models.CharField(max_length=10, choices=Origin)
    automated_detect = models.BooleanField(default=False)
    automated_decide = models.BooleanField(default=False)
    legal_ground = models.CharField(max_length=500, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True, help_text="None: until it is taken back")
    moderation = models.CharField(max_length=20, blank=True)
    review = models.CharField(max_length=10, blank=True)
    standing = models.CharField(max_length=20, blank=True)
    strike_points = models.PositiveSmallIntegerField(default=0)
    strike_expires_at = models.DateTimeField(null=True, blank=True)
    strike_plan = models.ForeignKey(
        StrikePlan, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="By which it counts",
    )  # fmt: skip
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    bulk = models.ForeignKey(
        BulkDeed, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions",
        db_index=False, help_text="Of which it is one of many, also where it takes one back",
    )  # fmt: skip
    at = models.DateTimeField(db_default=Now())

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "case_version"], name="decision_once"),
            models.UniqueConstraint(
                fields=["bulk", "case"],
                name="decision_once_per_bulk_deed",
                condition=Q(bulk__isnull=False, reverses=None),
            ),
            models.CheckConstraint(
                name="decision_somebody_or_a_rule",
                condition=Q(actor__isnull=False, rule="", automated_decide=False)
                | Q(actor=None, automated_decide=True) & ~Q(rule=""),
            ),
            models.CheckConstraint(
                name="decision_gives_reasons",
                condition=~Q(action__in=RESTRICTING) | ~Q(policy="") & ~Q(reason="") & ~Q(facts=""),
            ),
            models.CheckConstraint(
                name="decision_reverses_another",
                condition=Q(action="reverse", reverses__isnull=False)
                | ~Q(action="reverse") & Q(reverses=None),
            ),
            models.CheckConstraint(
                name="decision_strikes_by_a_plan",
                condition=Q(strike_points=0, strike_expires_at=None, strike_plan=None)
                | Q(
                    strike_points__gt=0,
                    strike_expires_at__isnull=False,
                    strike_plan__isnull=False,
                    action__in=STRIKING,
                ),
            ),
        ]
        indexes = [
            # What was decided about one person's things, newest first.
            models.Index("affected", F("at").desc(), F("id").desc(), name="decision_affected"),
            # What one moderator decided, newest first.
            models.Index("actor", F("at").desc(), F("id").desc(), name="decision_actor"),
            models.Index("bulk", name="decision_bulk", condition=Q(bulk__isnull=False)),
            # What counts against a person.
            models.Index(
                "affected", "at", name="decision_strikes", condition=Q(strike_points__gt=0)
            ),
            # What ends by itself.
            models.Index("ends_at", name="decision_ends", condition=Q(ends_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def to(self, user: User) -> NoticeQuerySet:
        """Return what a person has been told, newest first."""
        return self.filter(user=user, sent_at__isnull=False).order_by("-made_at", "-id")

    def with_details(self) -> NoticeQuerySet:
        """Return rows with all that their person is shown of a decision."""
        return self.select_related("decision__case", "decision__appeal", "decision__reversal")

    def unseen(self) -> NoticeQuerySet:
        """Return what a person has been told and has not looked at."""
        return self.filter(seen_at=None)

    def weighty(self) -> NoticeQuerySet:
        """Return what takes something from a person, or answers them: letters go with it."""
        return self.filter(by_mail=True).exclude(decision__action=Action.APPROVE)

    def of_deed(self, deed: BulkDeed) -> NoticeQuerySet:
        """Return the notices of what a bulk deed does now: its decisions, or their reversals."""
        is_back = deed.state in {BulkDeed.State.UNDOING, BulkDeed.State.UNDONE}
        return self.filter(decision__bulk=deed, decision__reverses__isnull=not is_back)

    def due(self) -> NoticeQuerySet:
        """Return what is to be sent now, by the database's clock."""
        return self.filter(sent_at=None, withdrawn_at=None, due_at__lte=Now())

    def unmailed(self) -> NoticeQuerySet:
        """Return what a letter should have gone with, which has not left."""
        return self.filter(by_mail=True, sent_at__isnull=False, mailed_at=None)


class Notice(models.Model):
    """The statement of reasons of one decision: the text that is kept is the text that is sent.

    It waits a few seconds, in which the moderator may take the decision back unnoticed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="notice")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    by_mail = models.BooleanField(help_text="Whether a letter goes with it")
    made_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_sent_or_withdrawn",
                condition=Q(sent_at=None) | Q(withdrawn_at=None),
            ),
        ]
        indexes = [
            # What a person has been told, newest first.
            models.Index("user", F("made_at").desc(), F("id").desc(), name="notice_user"),
            # What a person has not looked at, asked for with each page.
            models.Index(
                "user",
                F("made_at").desc(),
                F("id").desc(),
                name="notice_unseen",
                condition=Q(seen_at=None, sent_at__isnull=False),
            ),
            # What is to be sent.
            models.Index("due_at", name="notice_due", condition=Q(sent_at=None, withdrawn_at=None)),
            # Letters that have not left.
            models.Index(
                "sent_at",
                name="notice_unmailed",
                condition=Q(by_mail=True, sent_at__isnull=False, mailed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.made_at}"


class Appeal(models.Model):
    """What a person answers to a decision, once; somebody else decides it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        OVERTURNED = "overturned", "Overturned"
        ENDED = "ended", "The decision ended before"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    decision_actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Who decided what is appealed against; None: a rule",
    )  # fmt: skip
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, related_name="appeals", help_text="In which it is decided"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    made_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appeal_decided_by_another",
                condition=Q(decided_by=None)
                | Q(decision_actor=None)
                | ~Q(decided_by=F("decision_actor")),
            ),
            models.CheckConstraint(
                name="appeal_decided_whole",
                condition=Q(decided_by=None, decided_at=None, outcome="")
                | Q(decided_by=None, decided_at__isnull=False, outcome="ended")
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    outcome__in=["upheld", "overturned"],
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"Appeal against {self.decision_id}"

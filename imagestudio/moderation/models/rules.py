"""Rules on words: what they look for in which version, whether they are in force, and trials."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.moderation.matching import LONGEST, Kind
from imagestudio.moderation.models.screenings import Screening
from imagestudio.moderation.policies import Reason

# What was thought of a text, told when it is over
THEN = {"allow": "let through", "flag": "flagged", "filter": "filtered", "block": "refused"}


class RuleQuerySet(models.QuerySet["Rule"]):
    """Reads of rules."""

    def newest_first(self) -> RuleQuerySet:
        """Return rules in the order of their list."""
        return self.select_related("made_by").order_by("-made_at", "-id")


class Rule(models.Model):
    """A rule on words. What it says stands in its versions, of which one may be in force."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ENABLED = "enabled", "Enabled"
        DISABLED = "disabled", "Disabled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="The newest")
    in_force = models.PositiveIntegerField(null=True, blank=True, help_text="Which version")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rule_enabled_in_a_version",
                condition=Q(state="enabled", in_force__isnull=False)
                | ~Q(state="enabled") & Q(in_force=None),
            ),
            models.CheckConstraint(
                name="rule_in_force_is_there",
                condition=Q(in_force=None) | Q(in_force__gte=1, in_force__lte=F("version")),
            ),
        ]
        indexes = [models.Index(F("made_at").desc(), F("id").desc(), name="rule_made")]

    def __str__(self) -> str:
        return self.name


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    """Reads of versions."""

    def in_force(self) -> RuleVersionQuerySet:
        """Return the versions that are looked for in what people write."""
        return self.filter(number=F("rule__in_force")).select_related("rule").order_by("pk")

    def newest(self) -> RuleVersionQuerySet:
        """Return the newest version of each rule."""
        return self.filter(number=F("rule__version"))


class RuleVersion(models.Model):
    """What a rule says in one version; written once, a trigger refuses to change it."""

    class Action(models.TextChoices):
        FLAG = "flag", "Flag: let it through, and have somebody look"
        FILTER = "filter", "Filter: keep the result from others until somebody has looked"
        BLOCK = "block", "Block: refuse the request"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    pattern = models.CharField(max_length=LONGEST)
    field = models.CharField(max_length=10, choices=Screening.Field)
    action = models.CharField(max_length=10, choices=Action)
    reason = models.CharField(max_length=40, choices=Reason)
    message = models.CharField(
        max_length=300, blank=True, help_text="What people are told where it blocks"
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.CheckConstraint(
                name="rule_version_action", condition=Q(action__in=["flag", "filter", "block"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule.name} (version {self.number})"


class Ruleset(models.Model):
    """One row that says which rules are in force: its stamp is new whenever those change.

    Whoever knows the stamp knows the rules; so a process asks for it, and not for them.
    """

    key = models.PositiveSmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField(default=uuid7)

    class Meta:
        constraints = [models.CheckConstraint(name="ruleset_one", condition=Q(key=1))]

    def __str__(self) -> str:
        return str(self.stamp)


class Trial(models.Model):
    """A version of a rule, run against what people wrote in the last days.

    `place` is the key of the last screening that was read; they are read from new to old.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="trials")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    place = models.UUIDField()
    oldest = models.UUIDField(help_text="The key below which nothing is read")
    total = models.PositiveIntegerField(help_text="Texts there were to read, when it began")
    seen = models.PositiveIntegerField(default=0)
    matched = models.PositiveIntegerField(default=0)
    verdicts = models.JSONField(default=dict, help_text="Of what matched, by the verdict of then")
    people = models.JSONField(default=list, help_text="Whose texts matched")
    examples = models.JSONField(default=list, help_text="Keys of a few that matched")
    is_cut = models.BooleanField(default=False, help_text="There were more texts than are read")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="trial_counts", condition=Q(matched__lte=F("seen")))
        ]
        indexes = [models.Index("version", F("made_at").desc(), name="trial_version")]

    def __str__(self) -> str:
        return f"Trial {self.made_at}"

    @property
    def is_broad(self) -> bool:
        """Say whether more than a fifth of all texts matched."""
        return self.matched * 5 > self.seen

    @property
    def percent(self) -> float:
        """Return how many of a hundred texts matched."""
        return round(100 * self.matched / self.seen, 1) if self.seen else 0.0

    @property
    def by_verdict(self) -> list[tuple[str, int]]:
        """Return what was thought of those that matched, in words, the most frequent first."""
        found = [(THEN[name], n) for name, n in self.verdicts.items()]
        return sorted(found, key=lambda one: -one[1])

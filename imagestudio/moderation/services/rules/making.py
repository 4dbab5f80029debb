"""Making and changing rules: by senior moderators, a new version each time, on the record."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import (
    NoSuchRule,
    RuleChanged,
    RuleInvalid,
    RuleTooBroad,
    RuleUntried,
)
from imagestudio.moderation.matching import Kind, Pattern, check
from imagestudio.moderation.models import Rule, Ruleset, RuleVersion, Screening, Trial
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of

FRESH = timedelta(days=1)  # in which a trial says enough about a rule
LONGEST_NAME, LONGEST_MESSAGE = 60, 300  # characters
State = Rule.State


@dataclass(frozen=True, slots=True)
class Wording:
    """What a rule says: what it looks for where, and what then happens for which reason."""

    kind: str
    pattern: str
    field: str
    action: str
    reason: str
    message: str = ""


def checked(wording: Wording) -> Wording:
    """Return a wording as it can be kept. Raises RuleInvalid, PatternInvalid."""
    for value, choices, what in (
        (wording.kind, Kind.values, "how the pattern is read"),
        (wording.field, Screening.Field.values, "what it is about"),
        (wording.action, RuleVersion.Action.values, "what happens"),
        (wording.reason, Reason.values, "the reason"),
    ):
        if value not in choices:
            raise RuleInvalid(f"Choose {what}.")
    check(Pattern(wording.kind, wording.pattern))
    message = words_of(wording.message, least=0, most=LONGEST_MESSAGE, error=RuleInvalid)
    if message and wording.action != RuleVersion.Action.BLOCK:
        raise RuleInvalid("Only a rule that blocks has something to tell at once.")
    return Wording(**{**asdict(wording), "message": message})


@transaction.atomic
def make_rule(*, moderator: User, name: str, wording: Wording) -> Rule:
    """Return a new rule, a draft: it is looked for nowhere yet.

    Raises RankTooLow, RuleInvalid (also for a name that is taken), PatternInvalid.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    words = " ".join(words_of(name, most=LONGEST_NAME, error=RuleInvalid).split())
    kept = checked(wording)
    try:
        with transaction.atomic():
            rule = Rule.objects.create(name=words, made_by=moderator)
    except IntegrityError as error:
        raise RuleInvalid("Another rule has this name.") from error
    write_version(rule, kept, moderator)
    told(rule, moderator, "made")
    return rule


@transaction.atomic
def change_rule(*, moderator: User, rule_id: UUID, version: int, wording: Wording) -> Rule:
    """Return a rule with a new version, which is a draft; what is in force stays so until then.

    `version` is the newest that the moderator has seen. With the same wording nothing changes.
    Raises RankTooLow, NoSuchRule, RuleChanged, RuleInvalid, PatternInvalid.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    kept = checked(wording)
    rule = locked(rule_id, version=version)
    now = asdict(wording_of(rule.versions.get(number=rule.version)))
    if now == asdict(kept):
        return rule
    rule.version += 1
    rule.save(update_fields=["version"])
    write_version(rule, kept, moderator)
    told(rule, moderator, "changed")
    return rule


@transaction.atomic
def enable_rule(
    *, moderator: User, rule_id: UUID, version: int, is_confirmed: bool = False
) -> Rule:
    """Return a rule whose newest version is in force from now on.

    That version must have been tried in the last day; where more than a fifth of all texts
    matched, `is_confirmed` says that this is meant. Raises RankTooLow, NoSuchRule, RuleChanged,
    RuleUntried, RuleTooBroad.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    rule = locked(rule_id, version=version)
    if rule.in_force == rule.version:
        return rule
    tried = Trial.objects.filter(version__rule=rule, version__number=rule.version)
    trial = tried.filter(ended_at__gt=Now() - FRESH).order_by("-made_at").first()
    if trial is None:
        raise RuleUntried("Try this version first; a trial counts for a day.")
    if trial.is_broad and not is_confirmed:
        raise RuleTooBroad(
            f"It matches {trial.percent} % of what was written. Say once more that you mean it.",
            matched=trial.matched,
            seen=trial.seen,
        )
    rule.state, rule.in_force = State.ENABLED, rule.version
    rule.save(update_fields=["state", "in_force"])
    told(rule, moderator, f"enabled ({trial.matched} of {trial.seen} texts matched)")
    stamp()
    return rule


@transaction.atomic
def disable_rule(*, moderator: User, rule_id: UUID) -> Rule:
    """Return a rule that is not in force any more. Raises RankTooLow, NoSuchRule."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    rule = locked(rule_id)
    if rule.state == State.ENABLED:
        rule.state, rule.in_force = State.DISABLED, None
        rule.save(update_fields=["state", "in_force"])
        told(rule, moderator, "disabled")
        stamp()
    return rule


def locked(rule_id: UUID, *, version: int | None = None) -> Rule:
    """Return a rule, locked, that is still in this version. Raises NoSuchRule, RuleChanged."""
    rule = Rule.objects.select_for_update(no_key=True).filter(pk=rule_id).first()
    if rule is None:
        raise NoSuchRule("There is no such rule.")
    if version is not None and rule.version != version:
        raise RuleChanged("Somebody has changed it. Look at it again.", version=rule.version)
    return rule


def write_version(rule: Rule, wording: Wording, moderator: User) -> RuleVersion:
    """Write the newest version of a locked rule."""
    return RuleVersion.objects.create(
        rule=rule, number=rule.version, made_by=moderator, **asdict(wording)
    )


def wording_of(version: RuleVersion) -> Wording:
    """Return what a version says."""
    return Wording(
        kind=version.kind,
        pattern=version.pattern,
        field=version.field,
        action=version.action,
        reason=version.reason,
        message=version.message,
    )


def told(rule: Rule, moderator: User, what: str) -> None:
    """Write into the log what was done with a rule."""
    note(
        Verb.RULED,
        actor=moderator,
        text=f"{rule.name}: {what}",
        rule=str(rule.pk),
        version=rule.version,
    )


def stamp() -> None:
    """Let every process read the rules anew, once this transaction is over."""
    Ruleset.objects.update_or_create(key=1, defaults={"stamp": uuid7()})

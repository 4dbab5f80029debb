"""Rules on words as the API gives and takes them."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictBool, StrictInt

from imagestudio.http.body import Body, Text
from imagestudio.moderation.matching import LONGEST
from imagestudio.moderation.models import RuleVersion, Trial
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.panel.rules import Row, Shown
from imagestudio.moderation.services.rules.making import (
    LONGEST_MESSAGE,
    LONGEST_NAME,
    Wording,
    wording_of,
)

# As the rows spell them
PatternKind = Literal["literal", "leet", "regex"]
RuleField = Literal["prompt", "title"]
RuleAction = Literal["flag", "filter", "block"]
RuleState = Literal["draft", "enabled", "disabled"]
Version = Annotated[StrictInt, Field(ge=1, le=2**31 - 1, description="The newest you have seen")]


class WordingOut(Schema):
    """What a rule says in one version."""

    version: int
    kind: PatternKind
    pattern: str
    field: RuleField
    action: RuleAction
    reason: Reason
    message: str
    made_by_id: UUID
    made_at: datetime

    @classmethod
    def of(cls, version: RuleVersion) -> "WordingOut":
        """Return a version."""
        wording = asdict(wording_of(version))
        made = {"made_by_id": version.made_by_id, "made_at": version.made_at}
        return cls.model_validate({"version": version.number, **wording, **made})


class RuleOut(Schema):
    """A rule with its newest version. `in_force` is the version that is looked for, if any."""

    id: UUID
    name: str
    state: RuleState
    version: int
    in_force: int | None
    newest: WordingOut
    matched: Annotated[int, Field(description="Texts that it matched in the last seven days")]
    made_by_id: UUID
    made_at: datetime

    @classmethod
    def values(cls, row: Row | Shown) -> dict[str, Any]:
        """Return the values of a rule."""
        rule = row.rule
        return {
            "id": rule.pk,
            "name": rule.name,
            "state": rule.state,
            "version": rule.version,
            "in_force": rule.in_force,
            "newest": WordingOut.of(row.version),
            "matched": row.matched,
            "made_by_id": rule.made_by_id,
            "made_at": rule.made_at,
        }

    @classmethod
    def of(cls, row: Row) -> "RuleOut":
        """Return a rule."""
        return cls(**cls.values(row))


class RuleList(Schema):
    """Some rules, newest first."""

    items: list[RuleOut]
    next_cursor: str | None


class TrialOut(Schema):
    """What a version would have matched in the last seven days.

    It goes on while `ended_at` is null. `verdicts` says what was thought of those texts then.
    """

    id: UUID
    made_at: datetime
    ended_at: datetime | None
    total: int
    seen: int
    matched: int
    people: int
    verdicts: dict[str, int]
    is_broad: Annotated[bool, Field(description="It matches more than a fifth of all")]
    is_cut: Annotated[bool, Field(description="There were more texts; the newest were read")]

    @classmethod
    def of(cls, trial: Trial) -> "TrialOut":
        """Return a trial."""
        return cls(
            id=trial.pk,
            made_at=trial.made_at,
            ended_at=trial.ended_at,
            total=trial.total,
            seen=trial.seen,
            matched=trial.matched,
            people=len(trial.people),
            verdicts=trial.verdicts,
            is_broad=trial.is_broad,
            is_cut=trial.is_cut,
        )


class RuleDetail(RuleOut):
    """A rule with all its versions, and the newest trial of the newest one."""

    versions: list[WordingOut]
    trial: TrialOut | None

    @classmethod
    def of_shown(cls, shown: Shown) -> "RuleDetail":
        """Return all that is known of a rule."""
        return cls(
            **cls.values(shown),
            versions=[WordingOut.of(one) for one in shown.versions],
            trial=TrialOut.of(shown.trial) if shown.trial else None,
        )


class WordingIn(Body):
    """What a rule is to say."""

    kind: PatternKind
    pattern: Annotated[Text, Field(min_length=1, max_length=LONGEST)]
    field: RuleField
    action: RuleAction
    reason: Reason
    message: Annotated[
        Text, Field(max_length=LONGEST_MESSAGE, description="With `block`: what people are told")
    ] = ""

    def wording(self) -> Wording:
        """Return what the rule is to say."""
        return Wording(
            kind=self.kind,
            pattern=self.pattern,
            field=self.field,
            action=self.action,
            reason=self.reason,
            message=self.message,
        )


class RuleIn(WordingIn):
    """A new rule."""

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST_NAME)]


class RuleChange(WordingIn):
    """A new version of a rule."""

    version: Version


class TrialIn(Body):
    """Which version is tried."""

    version: Version


class StateIn(Body):
    """Whether a rule is to be in force. With `disabled` the rest means nothing."""

    state: Literal["enabled", "disabled"]
    version: Version
    confirmed: Annotated[
        StrictBool, Field(description="That it is meant, although it matches more than a fifth")
    ] = False


class ExampleOut(Schema):
    """A text that a trial matched."""

    id: UUID
    user_id: UUID
    text: str
    verdict: Annotated[str, Field(description="What was thought of it then")]
    at: datetime


class ExamplesOut(Schema):
    """Some texts that a trial matched, newest first."""

    items: list[ExampleOut]

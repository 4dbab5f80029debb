"""Cases and decisions as the API gives and takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from imagestudio.http.body import Body, Text
from imagestudio.moderation.models import AuditEntry, Case, Classification, Decision, Screening
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.deciding import Verdict
from imagestudio.moderation.services.panel.dossier import Dossier
from imagestudio.moderation.services.panel.drafts import BANNING
from imagestudio.moderation.services.panel.queue import holder_of

MOST_YEARS = 10
Words = Annotated[Text, Field(max_length=2000)]


class CaseOut(Schema):
    """A case as the queue shows it. `held_by` has it in hand until `held_until`."""

    id: UUID
    kind: Case.Kind
    lane: Annotated[str, Field(description="legal, appeal, report, rule or review")]
    state: Case.State
    outcome: str
    version: Annotated[int, Field(description="To be sent with a decision")]
    weight: int
    opened_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    snoozed_until: datetime | None
    account: Annotated[str, Field(description="Slug of whose thing it is about")]
    image_id: UUID | None
    user_id: UUID | None
    held_by: UUID | None
    held_until: datetime | None

    @classmethod
    def values(cls, case: Case) -> dict[str, Any]:
        """Return the values of a case, whose account is loaded."""
        holder = holder_of(case)
        return {
            "id": case.pk,
            "kind": case.kind,
            "lane": Case.Lane(case.lane).name.lower(),
            "state": case.state,
            "outcome": case.outcome,
            "version": case.version,
            "weight": case.weight,
            "opened_at": case.opened_at,
            "closed_at": case.closed_at,
            "due_at": case.due_at,
            "snoozed_until": case.snoozed_until,
            "account": case.account.slug,
            "image_id": case.image_id,
            "user_id": case.user_id,
            "held_by": holder.pk if holder else None,
            "held_until": case.claimed_until if holder else None,
        }

    @classmethod
    def of(cls, case: Case) -> "CaseOut":
        """Return a case."""
        return cls(**cls.values(case))


class CasePage(Schema):
    """Some cases in the order of the queue."""

    items: list[CaseOut]
    next_cursor: str | None


class ReportOut(Schema):
    """A report in a case."""

    id: UUID
    reason: Reason
    text: str
    weight: int
    at: datetime
    reporter_id: UUID | None
    right: Annotated[int, Field(description="Earlier reports of theirs that led to a deed")]
    answered: Annotated[int, Field(description="Earlier ones that were found right or wrong")]


class DecisionOut(Schema):
    """A decision. `reverses_id` is the one that it takes back."""

    id: UUID
    case_id: UUID
    action: Action
    reason: str
    policy: str
    facts: str
    note: str
    legal_ground: str
    origin: str
    actor_id: UUID | None
    rule: str
    affected_id: UUID
    automated_detect: bool
    automated_decide: bool
    ends_at: datetime | None
    reverses_id: UUID | None
    at: datetime

    @classmethod
    def of(cls, decision: Decision) -> "DecisionOut":
        """Return a decision."""
        return cls.model_validate(decision, from_attributes=True)


class AppealOut(Schema):
    """An objection that waits for its decision."""

    id: UUID
    decision_id: UUID
    text: str
    made_at: datetime


class EntryOut(Schema):
    """A line of the audit log."""

    id: UUID
    at: datetime
    actor_id: UUID | None
    verb: AuditEntry.Verb
    case_id: UUID | None
    account_id: UUID | None
    image_id: UUID | None
    user_id: UUID | None
    look_id: Annotated[UUID | None, Field(description="In which look into a library")]
    text: str
    data: dict[str, Any]

    @classmethod
    def of(cls, entry: AuditEntry) -> "EntryOut":
        """Return a line of the log."""
        return cls.model_validate(entry, from_attributes=True)


class EntryPage(Schema):
    """Some lines of the audit log, newest first."""

    items: list[EntryOut]
    next_cursor: str | None


class ShownOut(Schema):
    """What everybody reads with a picture, or would: as it was when somebody asked to publish it.

    Each is empty where it is not shown.
    """

    title: str
    prompt: str
    name: Annotated[str, Field(description="Of the account")]


class SignalOut(Schema):
    """How often something of one kind happened to the person in an hour."""

    began_at: datetime
    kind: Literal["refused_input", "refused_output"]
    account: Annotated[str, Field(description="Name of the account in which it was")]
    count: int


class MatchOut(Schema):
    """A banned picture that this one looks like."""

    ban_id: UUID
    distance: Annotated[int, Field(description="Of 256 bits, how many differ; at most 31")]
    cleared_at: Annotated[datetime | None, Field(description="Since when it is free of that ban")]


class ScoresOut(Schema):
    """What a classifier said: a hint, and no verdict."""

    about: Annotated[str, Field(description="picture or prompt")]
    model: Annotated[str, Field(description="With its version; empty: not classified")]
    scores: Annotated[dict[str, float], Field(description="Category → 0 to 1")]
    verdict: Screening.Verdict
    failure: Annotated[str, Field(description="Why it was not classified")]
    at: datetime

    @classmethod
    def of(cls, said: Classification) -> "ScoresOut":
        """Return what a classifier said."""
        return cls(
            about="picture" if said.image_id else "prompt",
            model=said.model,
            scores=said.scores,
            verdict=Screening.Verdict(said.verdict),
            failure=said.failure,
            at=said.at,
        )


class DossierOut(CaseOut):
    """A case with all that is known about it."""

    subject: Annotated[str, Field(description="Title, prompt, name or address")]
    prompt: str
    publication: Annotated[ShownOut | None, Field(description="Null: the picture is private")]
    affected_id: UUID
    offered: Annotated[list[Action], Field(description="What you may decide now")]
    reports: list[ReportOut]
    signals: Annotated[list[SignalOut], Field(description="Of the last seven days")]
    matches: Annotated[list[MatchOut], Field(description="Banned pictures that it looks like")]
    scores: Annotated[list[ScoresOut], Field(description="Of a classifier, newest first")]
    appeal: AppealOut | None
    decisions: Annotated[list[DecisionOut], Field(description="About the same subject")]
    timeline: list[EntryOut]
    covered_url: str | None

    @classmethod
    def of_dossier(cls, dossier: Dossier, *, subject: str, covered_url: str | None) -> "DossierOut":
        """Return a case with all that is known about it."""
        case, appeal, shown = dossier.case, dossier.appeal, dossier.publication
        reports: Sequence[ReportOut] = [
            ReportOut(
                id=one.report.pk,
                reason=Reason(one.report.reason),
                text=one.report.text,
                weight=one.report.weight,
                at=one.report.at,
                reporter_id=one.report.reporter_id,
                right=one.accuracy.right,
                answered=one.accuracy.handled,
            )
            for one in dossier.reports
        ]
        return cls(
            **cls.values(case),
            subject=subject,
            prompt=case.image.prompt if case.image else "",
            publication=ShownOut.model_validate(shown, from_attributes=True) if shown else None,
            affected_id=dossier.affected.pk,
            offered=list(dossier.offered),
            reports=list(reports),
            signals=[
                SignalOut.model_validate(one, from_attributes=True) for one in dossier.signals.hours
            ],
            matches=[MatchOut.model_validate(one, from_attributes=True) for one in dossier.matches],
            scores=[ScoresOut.of(one) for one in dossier.signals.said],
            appeal=AppealOut.model_validate(appeal, from_attributes=True) if appeal else None,
            decisions=[DecisionOut.of(one) for one in dossier.history],
            timeline=[EntryOut.of(one.entry) for one in dossier.events],
            covered_url=covered_url,
        )


def within_years(moment: datetime | None) -> datetime | None:
    """Return a time that is not too far away. Raises PydanticCustomError."""
    if moment is not None and abs(moment.year - timezone.now().year) > MOST_YEARS:
        raise PydanticCustomError("too_far", "A time within ten years")
    return moment


class DecisionRequest(Body):
    """A decision, on the version of the case that its maker has seen."""

    version: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]
    action: Action
    reason: Reason | None = None
    facts: Words = ""
    note: Words = ""
    legal_ground: Annotated[Text, Field(max_length=500)] = ""
    ends_at: Annotated[
        AwareDatetime | None,
        AfterValidator(within_years),
        Field(description="Null: until it is taken back"),
    ] = None
    bans: Annotated[
        StrictBool | None,
        Field(
            description=f"Ban the bytes, too; with {' or '.join(BANNING)}. Null: with pictures of "
            "real people"
        ),
    ] = None
    bans_look: Annotated[
        StrictBool | None, Field(description="With the bytes, also what looks like it. Null: same")
    ] = None

    def verdict(self) -> Verdict:
        """Return what was decided."""
        return Verdict(
            self.action,
            reason=self.reason or "",
            facts=self.facts,
            note=self.note,
            legal_ground=self.legal_ground,
            ends_at=self.ends_at,
        )


class EscalationRequest(Body):
    """A wish that senior moderators decide a case."""

    version: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]
    text: Words = ""


class NoteRequest(Body):
    """A note for moderators."""

    text: Annotated[Text, Field(min_length=1, max_length=2000)]


class ReversalRequest(Body):
    """Why a decision is taken back; the person is told it."""

    text: Words = ""


class ViewOut(Schema):
    """Where a picture can be fetched for some minutes."""

    url: str
    seconds: int

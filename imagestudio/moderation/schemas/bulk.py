"""Bulk deeds and mutes as the API gives and takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, StrictInt

from imagestudio.http.body import Body, Text
from imagestudio.moderation.models import BulkCase, BulkDeed, Case, Mute
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.schemas.cases import Words, within_years
from imagestudio.moderation.services.bulk import MOST, Chosen, Forecast
from imagestudio.moderation.services.deciding import Verdict

Why = BulkCase.Why


class SeenCase(Body):
    """A case, in the version in which it was seen."""

    id: UUID
    version: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]


class VerdictRequest(Body):
    """One verdict for many cases."""

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

    def verdict(self, choice: BulkDeed.Choice) -> Verdict:
        """Return what is decided; of a reporter's cases that their reports are invalid."""
        of_reporter = choice == BulkDeed.Choice.REPORTER
        return Verdict(
            self.action,
            reason=self.reason or "",
            facts=self.facts,
            note=self.note,
            legal_ground=self.legal_ground,
            ends_at=self.ends_at,
            outcome=Case.Outcome.INVALID_REPORT if of_reporter else None,
        )


class BulkRequest(VerdictRequest):
    """Which cases, and what would be decided in them."""

    choice: Annotated[BulkDeed.Choice, Field(description="What the cases have in common")]
    about: Annotated[
        Text,
        Field(max_length=40, description="`tab` of the queue, or id of the person, account, case"),
    ] = ""
    cases: Annotated[
        list[SeenCase], Field(max_length=MOST, description="With the choice `ticked`")
    ] = []

    def chosen(self) -> Chosen:
        """Return what was chosen."""
        return Chosen(self.choice, self.about, {one.id: one.version for one in self.cases})


class BeginRequest(Body):
    """What is to be done, to make sure that it is what was tried."""

    action: Action


class UndoRequest(Body):
    """Why it is taken back; people are told it, unless nobody was told anything."""

    text: Words = ""


class LeftOut(Schema):
    """Cases that are left alone, and why."""

    why: Why
    count: int
    cases: list[UUID]


class ToldOut(Schema):
    """A person who would be told something, and of how many decisions."""

    user_id: UUID
    decisions: int


class ForecastOut(Schema):
    """What would happen, had it been done just now. Nothing has."""

    decides: list[UUID]
    left: list[LeftOut]
    told: list[ToldOut]
    letters: Annotated[int, Field(description="One for each person, where letters go out")]

    @classmethod
    def of(cls, forecast: Forecast) -> "ForecastOut":
        """Return what would happen."""
        return cls(
            decides=[one.pk for one in forecast.decides],
            left=[
                LeftOut(why=why, count=len(some), cases=[one.pk for one in some])
                for why, some in forecast.left.items()
            ],
            told=[ToldOut(user_id=user.pk, decisions=count) for user, count in forecast.told],
            letters=len(forecast.told) if forecast.by_mail else 0,
        )


class BulkDeedOut(Schema):
    """One verdict for many cases. `decided` and `left` say how far it has come."""

    id: UUID
    state: BulkDeed.State
    choice: BulkDeed.Choice
    about: str
    actor_id: UUID
    action: str
    reason: str
    facts: str
    note: str
    legal_ground: str
    ends_at: datetime | None
    total: int
    decided: int
    left: int
    undone: int
    kept: int
    made_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    undone_by_id: UUID | None
    undone_at: datetime | None
    is_unnoticed: bool

    @classmethod
    def of(cls, deed: BulkDeed) -> "BulkDeedOut":
        """Return a bulk deed."""
        return cls.model_validate(deed, from_attributes=True)


class TriedOut(BulkDeedOut):
    """A draft, with what it would do."""

    forecast: ForecastOut

    @classmethod
    def of_forecast(cls, forecast: Forecast) -> "TriedOut":
        """Return a draft with what it would do."""
        values = BulkDeedOut.of(forecast.deed).model_dump()
        return cls(**values, forecast=ForecastOut.of(forecast))


class BulkDeedPage(Schema):
    """Some bulk deeds, newest first."""

    items: list[BulkDeedOut]
    next_cursor: str | None


class BulkCaseOut(Schema):
    """What became of one of its cases."""

    case_id: UUID
    version: Annotated[int, Field(description="In which it was chosen")]
    state: BulkCase.State
    why: Annotated[str, Field(description="It was left alone, or not taken back")]


class BulkCasePage(Schema):
    """Some cases of a bulk deed, in its order."""

    items: list[BulkCaseOut]
    next_cursor: str | None

    @classmethod
    def of(cls, rows: Sequence[BulkCase], next_cursor: str | None) -> "BulkCasePage":
        """Return a page of cases."""
        items = [BulkCaseOut.model_validate(one, from_attributes=True) for one in rows]
        return cls(items=items, next_cursor=next_cursor)


class MuteRequest(Body):
    """Why somebody's reports are muted, or heard again; the log keeps it."""

    text: Words = ""


class MuteOut(Schema):
    """That somebody's reports are kept, weigh nothing and open no case."""

    user_id: UUID
    muted_by_id: UUID
    muted_at: datetime
    text: str

    @classmethod
    def of(cls, mute: Mute) -> "MuteOut":
        """Return a mute."""
        return cls.model_validate(mute, from_attributes=True)

"""Looks into private libraries as the API gives and takes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictInt

from imagestudio.http.body import Body, Text
from imagestudio.moderation.models import Look
from imagestudio.moderation.models.looks import SHORTEST_TEXT
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.looks.beginning import MOST_HOURS, Wish
from imagestudio.moderation.services.looks.telling import Row


class LookIn(Body):
    """A wish to look into a library."""

    account: Annotated[Text, Field(min_length=1, max_length=60, description="Its slug")]
    reason: Reason
    text: Annotated[
        Text, Field(min_length=SHORTEST_TEXT, max_length=2000, description="Why; for the log alone")
    ]
    hours: Annotated[StrictInt, Field(ge=1, le=MOST_HOURS)] = 1
    person: Annotated[
        UUID | None, Field(description="A member: only what they have made in the account")
    ] = None
    case: Annotated[UUID | None, Field(description="The case that it belongs to")] = None
    notice: Annotated[
        Look.Notice, Field(description="When owners are told; later is for operators alone")
    ] = Look.Notice.AT_END

    def wish(self) -> Wish:
        """Return what is wished."""
        return Wish(**self.model_dump())


class LookOut(Schema):
    """A look into a library."""

    id: UUID
    account: Annotated[str, Field(description="Slug of the account")]
    person_id: UUID | None
    by_id: UUID
    role: Annotated[str, Field(description="Of who looks; all that the owners learn of them")]
    reason: Reason
    text: str
    case_id: UUID | None
    notice: Look.Notice
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    ending: Annotated[str, Field(description="time, hand or right (it was lost); empty: not yet")]
    told_at: Annotated[datetime | None, Field(description="When the owners were told")]
    pages: Annotated[int, Field(description="Read, with the words of their pictures")]
    uncovered: Annotated[int, Field(description="Pictures that were seen")]

    @classmethod
    def of(cls, row: Row) -> "LookOut":
        """Return a look, whose account is loaded."""
        look = row.look
        return cls(
            id=look.pk,
            account=look.account.slug,
            person_id=look.person_id,
            by_id=look.by_id,
            role=look.role,
            reason=Reason(look.reason),
            text=look.text,
            case_id=look.case_id,
            notice=Look.Notice(look.notice),
            began_at=look.began_at,
            until=look.until,
            ended_at=look.ended_at,
            ending=look.ending,
            told_at=look.told_at,
            pages=row.leaves,
            uncovered=row.uncovered,
        )


class LookList(Schema):
    """Some looks, newest first."""

    items: list[LookOut]
    next_cursor: str | None

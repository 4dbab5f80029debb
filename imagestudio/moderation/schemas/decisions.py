"""What a person is told of decisions and reports, as the API gives and takes it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.http.body import Body, Text
from imagestudio.moderation.models import APPEAL_WINDOW, Appeal, Notice, Report
from imagestudio.moderation.policies import EFFECTS, Action, Reason
from imagestudio.moderation.services.cases import LONGEST


class AppealOut(Schema):
    """An objection, and what came of it."""

    text: str
    made_at: datetime
    decided_at: datetime | None
    outcome: str = Field(description="`upheld`, `overturned`; empty: not decided yet")

    @classmethod
    def of(cls, appeal: Appeal) -> "AppealOut":
        """Return an objection."""
        return cls.model_validate(appeal, from_attributes=True)


class DecisionOut(Schema):
    """What was decided about the caller, with the text that they were told."""

    id: UUID
    at: datetime
    action: str
    reason: str = Field(description="Empty where nothing was taken from the caller")
    image_id: UUID | None = Field(description="The picture that it is about, if it is about one")
    subject: str
    text: str
    seen_at: datetime | None = Field(description="When its page was first opened")
    taken_back_at: datetime | None
    appeal: AppealOut | None
    appeal_until: datetime | None = Field(description="Null where there is nothing to object to")

    @classmethod
    def of(cls, notice: Notice) -> "DecisionOut":
        """Return the decision of a notice."""
        decision = notice.decision
        appeal: Appeal | None = getattr(decision, "appeal", None)
        reversal = getattr(decision, "reversal", None)
        is_open = EFFECTS[Action(decision.action)].restricts and not appeal and not reversal
        return cls(
            id=decision.pk,
            at=decision.at,
            action=decision.action,
            reason=decision.reason,
            image_id=decision.case.image_id,
            subject=notice.subject,
            text=notice.text,
            seen_at=notice.seen_at,
            taken_back_at=reversal.at if reversal else None,
            appeal=AppealOut.of(appeal) if appeal else None,
            appeal_until=decision.at + APPEAL_WINDOW if is_open else None,
        )


class DecisionPage(Schema):
    """Some decisions, newest first."""

    items: list[DecisionOut]
    next_cursor: str | None


class AppealRequest(Body):
    """An objection to a decision."""

    text: Annotated[Text, Field(description=f"At most {LONGEST:,} characters")]

    model_config = {
        "json_schema_extra": {"examples": [{"text": "The picture is a drawing of my own dog."}]}
    }


class ReportOut(Schema):
    """What the caller has reported, and what came of it."""

    id: UUID
    reason: Reason
    text: str
    at: datetime
    answered_at: datetime | None
    answer: str

    @classmethod
    def of(cls, report: Report) -> "ReportOut":
        """Return a report."""
        return cls.model_validate(report, from_attributes=True)


class ReportPage(Schema):
    """Some reports, newest first."""

    items: list[ReportOut]
    next_cursor: str | None

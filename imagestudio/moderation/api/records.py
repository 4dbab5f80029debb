"""Decisions that are taken back, and the audit log, for programs of moderators."""

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import Field

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.models import AuditEntry
from imagestudio.moderation.schemas.cases import (
    DecisionOut,
    EntryOut,
    EntryPage,
    ReversalRequest,
)
from imagestudio.moderation.services.banning import undo_decision
from imagestudio.moderation.services.panel.records import Wanted, log_page

router = Router(tags=["moderation"], auth=may_moderate())


class LogQuery(PageQuery):
    """Which lines of the log."""

    actor: Annotated[str, Field(max_length=254, description="A part of an e-mail address")] = ""
    verb: AuditEntry.Verb | None = None
    case: UUID | None = None
    look: UUID | None = None
    since: date | None = None
    until: Annotated[date | None, Field(description="The last day, of UTC")] = None


@router.post(
    "/moderation/decisions/{uuid:decision_id}/reversal",
    response={201: DecisionOut},
    summary="Take a decision back",
)
def post_reversal(
    request: ModeratorApiRequest, decision_id: UUID, payload: ReversalRequest
) -> Status[DecisionOut]:
    """Take a decision back by another one; what was before is in force again.

    Your own, before the person was told, or as a senior moderator.
    """
    made = undo_decision(moderator=request.auth.user, decision_id=decision_id, text=payload.text)
    return Status(201, DecisionOut.of(made))


@router.get("/moderation/audit", response=EntryPage, summary="List the audit log")
def list_audit(request: ModeratorApiRequest, query: Query[LogQuery]) -> EntryPage:
    """Return what moderators did, and what they looked at, newest first."""
    wanted = Wanted(
        actor=query.actor.replace("\0", ""),
        verb=query.verb or "",
        case=query.case,
        look=query.look,
        since=query.since,
        until=query.until,
    )
    found = log_page(request.auth.user, wanted, cursor=query.cursor, limit=query.limit)
    return EntryPage(items=[EntryOut.of(one) for one in found.rows], next_cursor=found.next_cursor)

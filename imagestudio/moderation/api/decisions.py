"""What was decided about the caller. By cookie only: it is personal."""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import ApiRequest, myself
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.exceptions import NoSuchDecision
from imagestudio.moderation.models import Notice
from imagestudio.moderation.schemas.decisions import (
    AppealOut,
    AppealRequest,
    DecisionOut,
    DecisionPage,
)
from imagestudio.moderation.services.appeals import appeal

router = Router(tags=["decisions"])


@router.get("/decisions", auth=myself(), response=DecisionPage, summary="List decisions about you")
def list_decisions(request: ApiRequest, query: Query[PageQuery]) -> DecisionPage:
    """Return what the caller was told, newest first. Nothing is noted as seen by that."""
    user = request.auth.membership.user
    found = page(
        Notice.objects.to(user).with_details(),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"notices of {user.pk}",
    )
    items = [DecisionOut.of(notice) for notice in found.rows]
    return DecisionPage(items=items, next_cursor=found.next_cursor)


@router.get(
    "/decisions/{uuid:decision_id}",
    auth=myself(),
    response=DecisionOut,
    summary="Show a decision about you",
)
def get_decision(request: ApiRequest, decision_id: UUID) -> DecisionOut:
    """Return a decision about the caller."""
    told = Notice.objects.to(request.auth.membership.user).with_details()
    notice = told.filter(decision=decision_id).first()
    if notice is None:
        raise NoSuchDecision("There is no such decision about you.")
    return DecisionOut.of(notice)


@router.post(
    "/decisions/{uuid:decision_id}/appeal",
    auth=myself(),
    response={201: AppealOut},
    summary="Object to a decision",
)
def post_appeal(
    request: ApiRequest, decision_id: UUID, payload: AppealRequest
) -> Status[AppealOut]:
    """Object to a decision about the caller: once, within 30 days. Somebody else looks at it."""
    user = request.auth.membership.user
    made = appeal(user=user, decision_id=decision_id, text=payload.text)
    made.refresh_from_db()
    return Status(201, AppealOut.of(made))

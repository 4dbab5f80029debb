"""The account and its money: budgets, requests for more, and what was spent."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import orjson
from django.http import HttpResponse
from ninja import Header, Query, Router, Status
from pydantic import Field

from imagestudio.accounts.auth import ApiRequest, in_person, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.accounts.services.idempotency import Reply, note_replay, once
from imagestudio.clock import database_now
from imagestudio.http.body import QueryString
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.money.models import BudgetRequest
from imagestudio.money.schemas import (
    AccountOut,
    AnswerRequest,
    BudgetOut,
    BudgetRequestOut,
    BudgetRequestPage,
    BudgetsOut,
    BudgetWish,
    FiguresOut,
    LimitRequest,
    MemberBudgetList,
    MemberBudgetOut,
    UsageItem,
    UsageOut,
)
from imagestudio.money.services import (
    answer_request,
    ask_for_budget,
    set_account_budget,
    set_member_budget,
    this_month,
)
from imagestudio.money.spending.months import Spending, months_of, spending_of_members
from imagestudio.money.spending.usage import Figures, Usage, usage_of

router = Router(tags=["account"])

READ = may(Deed.SEE_SPENDING, Scope.ACCOUNT_READ)
MANAGE = may(Deed.MANAGE_ACCOUNT, Scope.ACCOUNT_READ)
# Limits are changed by people: a token that leaks must not be able to raise its own.
CHANGE = in_person(Deed.SEE_SPENDING)
CHANGE_MEMBERS = in_person(Deed.MANAGE_ACCOUNT)


class By(StrEnum):
    """What figures are sorted by."""

    DAY = "day"
    MEMBER = "member"
    MODEL = "model"


class UsageQuery(QueryString):
    """Which days, and how they are sorted."""

    first: Annotated[
        date | None, Field(alias="from", description="The first day (UTC); else of this month")
    ] = None
    last: Annotated[
        date | None, Field(alias="to", description="The last day (UTC), at most a year on; today")
    ] = None
    by: By = By.DAY


@router.get("/account", auth=READ, response=AccountOut, summary="Show the account")
def get_account(request: ApiRequest) -> AccountOut:
    """Return the account that the request is about, and the caller's role in it."""
    return AccountOut.of(request.auth.membership)


@router.get("/account/budget", auth=READ, response=BudgetsOut, summary="Show the budget")
def get_budget(request: ApiRequest) -> BudgetsOut:
    """Return this month's budget of the account, and the caller's own share of it."""
    month, (whole, mine) = (
        this_month(),
        months_of(request.auth.account, request.auth.membership.user),
    )
    return BudgetsOut(account=BudgetOut.of(whole, month), member=BudgetOut.of(mine, month))


@router.put("/account/budget", auth=CHANGE, response=BudgetOut, summary="Set the budget")
def put_budget(request: ApiRequest, payload: LimitRequest) -> BudgetOut:
    """Set what the account may spend in a month, from now on: for operators who are members."""
    period = set_account_budget(membership=request.auth.membership, limit=payload.limit_micros)
    return BudgetOut.of(Spending(period.settled, period.held, period.limit), period.month)


@router.get(
    "/account/members/budgets", auth=MANAGE, response=MemberBudgetList, summary="List the members"
)
def list_member_budgets(request: ApiRequest) -> MemberBudgetList:
    """Return every member with what they spent and held this month, for owners and admins."""
    month, members = this_month(), spending_of_members(request.auth.account)
    return MemberBudgetList(items=[MemberBudgetOut.of(member, month) for member in members])


@router.put(
    "/account/members/{uuid:user_id}/budget",
    auth=CHANGE_MEMBERS,
    response=BudgetOut,
    summary="Set a member's budget",
)
def put_member_budget(request: ApiRequest, user_id: UUID, payload: LimitRequest) -> BudgetOut:
    """Set what one member may spend in a month, from now on, beside the account's own limit."""
    period = set_member_budget(
        membership=request.auth.membership, member_id=user_id, limit=payload.limit_micros
    )
    return BudgetOut.of(Spending(period.settled, period.held, period.limit), period.month)


@router.post(
    "/account/budget/requests",
    auth=may(Deed.GENERATE, Scope.GENERATE),
    response={201: BudgetRequestOut},
    summary="Ask for more",
)
def post_budget_request(
    request: ApiRequest,
    payload: BudgetWish,
    response: HttpResponse,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Status[object]:
    """Ask those who can raise the limit that leaves the caller least.

    That is the account's owners and admins for the caller's own limit, and the operators for
    the account's. While a request is open, asking again returns it.
    """
    caller = request.auth

    def asked() -> Reply:
        wish = ask_for_budget(
            membership=caller.membership, amount=payload.amount_micros, note=payload.note
        )
        return Reply(201, BudgetRequestOut.of(wish).model_dump(mode="json"))

    reply = once(
        membership=caller.membership,
        route="POST /account/budget/requests",
        key=idempotency_key,
        request=orjson.dumps(payload.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS),
        deed=asked,
    )
    note_replay(response, reply)
    return Status(reply.status, reply.body)


@router.get(
    "/account/budget/requests", auth=READ, response=BudgetRequestPage, summary="List the requests"
)
def list_budget_requests(request: ApiRequest, query: Query[PageQuery]) -> BudgetRequestPage:
    """Return what was asked for: all of it to owners and admins, to others what they asked."""
    caller = request.auth
    rows = BudgetRequest.objects.owned_by(caller.account)
    if not allows(Deed.MANAGE_ACCOUNT, caller.membership):
        rows = rows.by(caller.membership.user)
    found = page(
        rows,
        by="asked_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"budget requests of {caller.account.pk}",
    )
    return BudgetRequestPage(
        items=[BudgetRequestOut.of(row) for row in found.rows], next_cursor=found.next_cursor
    )


@router.post(
    "/account/budget/requests/{uuid:request_id}/answer",
    auth=CHANGE,
    response=BudgetRequestOut,
    summary="Answer a request",
)
def post_budget_answer(
    request: ApiRequest, request_id: UUID, payload: AnswerRequest
) -> BudgetRequestOut:
    """Raise the limit that was asked about, or decline.

    A member's own limit is for owners and admins to answer, the account's for operators.
    """
    answered = answer_request(
        membership=request.auth.membership, request_id=request_id, limit=payload.limit_micros
    )
    return BudgetRequestOut.of(answered)


@router.get(
    "/account/usage", auth=READ, response=UsageOut, by_alias=True, summary="Show the spending"
)
def get_usage(request: ApiRequest, query: Query[UsageQuery]) -> UsageOut:
    """Return what the calls of some days cost, by day, member or model.

    Who does not manage the account sees themselves, and all other members together.
    """
    first, last = query.first or this_month(), query.last or database_now().date()
    usage = usage_of(membership=request.auth.membership, first=first, last=last)
    return UsageOut.model_validate(
        {
            "from": usage.first,
            "to": usage.last,
            "by": query.by.value,
            "total": FiguresOut.of(usage.total),
            "items": [
                UsageItem(key=key, name=name, figures=FiguresOut.of(figures))
                for key, name, figures in sorted_by(usage, query.by)
            ],
        }
    )


def sorted_by(usage: Usage, by: By) -> Iterator[tuple[str, str, Figures]]:
    """Yield the figures of a usage with the key and the name of each."""
    if by is By.DAY:
        for day, figures in usage.by_day().items():
            yield day.isoformat(), day.isoformat(), figures
    elif by is By.MEMBER:
        for (member, email), figures in usage.by_member().items():
            yield str(member), email or str(member), figures
    else:
        for model, figures in usage.by_model().items():
            yield model, model, figures

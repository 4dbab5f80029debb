"""Budgets, requests and spending as the API gives and takes them. Money is in micro-dollars."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictInt

from imagestudio.accounts.models import Membership
from imagestudio.http.body import Body, Text
from imagestudio.money.models import BudgetRequest
from imagestudio.money.services.amounts import LARGEST, MICROS
from imagestudio.money.services.requests import LONGEST_NOTE
from imagestudio.money.spending.months import MemberSpending, Spending
from imagestudio.money.spending.usage import Figures

CURRENCY = "USD"
Limit = Annotated[StrictInt, Field(ge=0, le=LARGEST * MICROS, description="Micro-dollars a month")]


class BudgetOut(Schema):
    """What is spent, held and left in this month (UTC)."""

    month: date
    currency: str = CURRENCY
    limit_micros: int | None = Field(description="null: no limit")
    settled_micros: int = Field(description="Spent")
    held_micros: int = Field(description="Reserved for calls under way or in doubt")
    left_micros: int | None
    over_micros: int = Field(description="By how much the limit is exceeded")

    @classmethod
    def of(cls, spending: Spending, month: date) -> "BudgetOut":
        """Return a month."""
        return cls(
            month=month,
            limit_micros=spending.limit,
            settled_micros=spending.settled,
            held_micros=spending.held,
            left_micros=spending.left,
            over_micros=spending.over,
        )


class BudgetsOut(Schema):
    """The account's budget, and the caller's own share of it."""

    account: BudgetOut
    member: BudgetOut


class AccountOut(Schema):
    """The account that a token belongs to, and the caller's place in it."""

    id: UUID
    slug: str
    name: str
    kind: str
    role: str
    user_id: UUID

    @classmethod
    def of(cls, membership: Membership) -> "AccountOut":
        """Return the account of a membership."""
        account = membership.account
        return cls(
            id=account.pk,
            slug=account.slug,
            name=account.name,
            kind=account.kind,
            role=membership.role,
            user_id=membership.user_id,
        )


class MemberBudgetOut(Schema):
    """A member with their share of this month."""

    user_id: UUID
    email: str
    role: str
    budget: BudgetOut

    @classmethod
    def of(cls, member: MemberSpending, month: date) -> "MemberBudgetOut":
        """Return a member's month."""
        return cls(
            user_id=member.user.pk,
            email=member.user.email,
            role=member.role,
            budget=BudgetOut.of(member.spending, month),
        )


class MemberBudgetList(Schema):
    """The account's members, in the order of their coming."""

    items: list[MemberBudgetOut]


class LimitRequest(Body):
    """A new limit, from this month on."""

    limit_micros: Annotated[Limit | None, Field(description="null takes the limit away")]

    model_config = {"json_schema_extra": {"examples": [{"limit_micros": 25_000_000}]}}


class BudgetWish(Body):
    """A wish for a higher limit."""

    amount_micros: Annotated[
        Limit | None, Field(description="The monthly limit that is asked for")
    ] = None
    note: Annotated[Text, Field(max_length=LONGEST_NOTE)] = ""

    model_config = {
        "json_schema_extra": {
            "examples": [{"amount_micros": 25_000_000, "note": "Posters for December"}]
        }
    }


class AnswerRequest(Body):
    """An answer to somebody who asked."""

    limit_micros: Annotated[Limit | None, Field(description="The new limit; null declines")]

    model_config = {"json_schema_extra": {"examples": [{"limit_micros": 25_000_000}]}}


class BudgetRequestOut(Schema):
    """What somebody asked for, and what became of it."""

    id: UUID
    user_id: UUID
    whose: str = Field(description="`member`: their own limit; `account`: the account's")
    amount_micros: int | None
    note: str
    asked_at: datetime
    answered_at: datetime | None
    granted: bool | None

    @classmethod
    def of(cls, request: BudgetRequest) -> "BudgetRequestOut":
        """Return a request."""
        return cls(
            id=request.pk,
            user_id=request.user_id,
            whose=request.whose,
            amount_micros=request.amount,
            note=request.note,
            asked_at=request.asked_at,
            answered_at=request.answered_at,
            granted=request.granted,
        )


class BudgetRequestPage(Schema):
    """Some requests, the last one first."""

    items: list[BudgetRequestOut]
    next_cursor: str | None


class FiguresOut(Schema):
    """What some calls cost, by what is known of it."""

    calls: int
    spent_micros: int = Field(description="The next three together; equals the ledger")
    estimated_micros: int = Field(description="At the catalogue's prices")
    logged_micros: int = Field(description="As the gateway's log says")
    written_off_micros: int = Field(description="Calls that got lost, at their estimate")
    held_micros: int = Field(description="Reserved for calls under way or in doubt; not spent")
    overruns: int = Field(description="How often a call cost more than was held for it")

    @classmethod
    def of(cls, figures: Figures) -> "FiguresOut":
        """Return some figures."""
        return cls(
            calls=figures.calls,
            spent_micros=figures.spent,
            estimated_micros=figures.estimated,
            logged_micros=figures.logged,
            written_off_micros=figures.written_off,
            held_micros=figures.held,
            overruns=figures.overruns,
        )


class UsageItem(Schema):
    """The figures of one day, member or model."""

    key: str = Field(
        description="The day, the member's id or the model's id; `earlier`: from before this was "
        "written down; `others`: all other members, for who does not manage the account"
    )
    name: str = Field(description="The member's e-mail address; else as `key`")
    figures: FiguresOut


class UsageOut(Schema):
    """What the calls of some days (UTC) cost; a cost belongs to the day of its call."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    by: str
    currency: str = CURRENCY
    total: FiguresOut
    items: list[UsageItem]

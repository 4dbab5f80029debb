"""This month: what an account and its members have spent, and how much of which limit is left."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.models import Budget, BudgetPeriod, BudgetRequest
from imagestudio.money.services.lines import Line, line_of

Whose = BudgetRequest.Whose


@dataclass(frozen=True, slots=True)
class Spending:
    """One month of an account, or of a member, and its parts of the limit in percent."""

    settled: int
    held: int
    limit: int | None

    @property
    def used(self) -> int:
        """Return what is spent or reserved."""
        return self.settled + self.held

    @property
    def left(self) -> int | None:
        """Return what is left of the limit, None without one."""
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def over(self) -> int:
        """Return by how much the limit is exceeded: calls cost more, or it was lowered."""
        return 0 if self.limit is None else max(0, self.used - self.limit)

    @property
    def settled_percent(self) -> float:
        """Return how much of the bar is spent."""
        return self._percent(self.settled)

    @property
    def used_percent(self) -> float:
        """Return how much of the bar is spent, or reserved for calls that have not ended."""
        return self._percent(self.used)

    @property
    def line(self) -> Line | None:
        """Return which line of the limit is passed."""
        return line_of(limit=self.limit, used=self.used)

    def _percent(self, part: int) -> float:
        whole = self.limit if self.limit is not None else self.used
        return round(min(100, part * 100 / whole), 2) if whole else 0


@dataclass(frozen=True, slots=True)
class MemberSpending:
    """A member with their role and their month."""

    user: User
    role: str
    spending: Spending


@dataclass(frozen=True, slots=True)
class Notice:
    """A limit that is nearly or wholly used."""

    whose: str  # as in BudgetRequest.Whose
    spending: Spending


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member is told about limits: how they stand, and whether they have asked for more."""

    account: Account
    account_month: Spending
    own_month: Spending
    asked: BudgetRequest | None
    may_ask: bool
    may_raise: frozenset[str]  # whose limits the member sets, and need not ask about

    @property
    def notices(self) -> list[Notice]:
        """Return the limits that are nearly or wholly used."""
        limits = (Notice(Whose.ACCOUNT, self.account_month), Notice(Whose.MEMBER, self.own_month))
        return [one for one in limits if one.spending.line is not None]

    @property
    def can_ask(self) -> bool:
        """Say whether there is a limit that only others can raise."""
        limits = {Whose.ACCOUNT: self.account_month.limit, Whose.MEMBER: self.own_month.limit}
        others = [limit for whose, limit in limits.items() if whose.value not in self.may_raise]
        return self.may_ask and any(limit is not None for limit in others)


def months_of(account: Account, member: User | None) -> tuple[Spending, Spending]:
    """Return this month of an account, and of one of its members."""
    key = member.pk if member else None
    whose = Q(member=None) | Q(member=key)
    periods = BudgetPeriod.objects.of_this_month().filter(whose, account=account)
    found = {one.member_id: Spending(one.settled, one.held, one.limit) for one in periods}
    if None not in found or key not in found:
        budgets = Budget.objects.filter(whose, account=account)
        limits = {None: settings.DEFAULT_MONTHLY_BUDGET} | {
            budget.member_id: budget.limit for budget in budgets
        }
        for one in (None, key):
            found.setdefault(one, Spending(0, 0, limits.get(one)))
    return found[None], found[key]


def spending_of_members(account: Account) -> Iterator[MemberSpending]:
    """Yield the account's members with this month's spending, in the order of their coming."""
    limits = {
        budget.member_id: budget.limit
        for budget in Budget.objects.filter(account=account, member__isnull=False)
    }
    months = {
        period.member_id: Spending(period.settled, period.held, period.limit)
        for period in BudgetPeriod.objects.of_members(account).of_this_month()
    }
    for one in account.memberships.select_related("user").order_by("added_at", "id"):
        none = Spending(0, 0, limits.get(one.user_id))
        yield MemberSpending(one.user, one.role, months.get(one.user_id, none))


def standing_of(membership: Membership) -> Standing:
    """Return what a member is told about the account's limit and about their own."""
    account, user = membership.account, membership.user
    whole, mine = months_of(account, user)
    is_limited = whole.limit is not None or mine.limit is not None
    return Standing(
        account=account,
        account_month=whole,
        own_month=mine,
        asked=BudgetRequest.objects.owned_by(account).by(user).open().first()
        if is_limited
        else None,
        may_ask=allows(Deed.GENERATE, membership),
        may_raise=frozenset(raisable(membership)),
    )


def raisable(membership: Membership) -> Iterator[str]:
    """Yield whose limits a member sets."""
    if membership.user.is_operator:
        yield Whose.ACCOUNT.value
    if allows(Deed.MANAGE_ACCOUNT, membership):
        yield Whose.MEMBER.value


def way_to_ask(membership: Membership, because: Exception | None) -> dict[str, object]:
    """Return what a page needs to offer *Ask an owner*, nothing unless money is the reason."""
    if not isinstance(because, BudgetExceeded):
        return {}
    return {"standing": standing_of(membership), "unaffordable": because.extra["budget"]}

"""What an account has spent this month, as its page shows it."""

from dataclasses import dataclass

from django.conf import settings

from imagestudio.accounts.models import Account
from imagestudio.money.models import Budget, BudgetPeriod
from imagestudio.money.services import this_month


@dataclass(frozen=True, slots=True)
class Spending:
    """One month of an account in micro-dollars, and its parts of the limit in percent."""

    settled: int
    held: int
    limit: int | None

    @property
    def left(self) -> int | None:
        """Return what is left of the limit, None without one."""
        return None if self.limit is None else max(0, self.limit - self.settled - self.held)

    @property
    def settled_percent(self) -> float:
        """Return how much of the bar is spent."""
        return self._percent(self.settled)

    @property
    def used_percent(self) -> float:
        """Return how much of the bar is spent, or reserved for calls that have not ended."""
        return self._percent(self.settled + self.held)

    @property
    def is_nearly_used(self) -> bool:
        """Say whether four fifths of the limit are spent or reserved."""
        return self.limit is not None and (self.settled + self.held) * 5 >= self.limit * 4

    def _percent(self, part: int) -> float:
        whole = self.limit if self.limit is not None else self.settled + self.held
        return round(min(100, part * 100 / whole), 2) if whole else 0


def spending_of(account: Account) -> Spending:
    """Return this month's spending, without laying down a row for a month with none."""
    period = BudgetPeriod.objects.owned_by(account).filter(month=this_month()).first()
    if period is not None:
        return Spending(period.settled, period.held, period.limit)
    budget = Budget.objects.filter(account=account, member=None).first()
    return Spending(0, 0, budget.limit if budget else settings.DEFAULT_MONTHLY_BUDGET)

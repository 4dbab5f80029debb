"""The month of an account or a member, made when it is first needed."""

from datetime import UTC, date
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from imagestudio.accounts.models import Account, User
from imagestudio.clock import database_now
from imagestudio.money.models import Budget, BudgetPeriod


def this_month() -> date:
    """Return the first day of the present month (UTC), by the database's clock."""
    return database_now().astimezone(UTC).date().replace(day=1)


def period_of(*, account: Account, member: User | None = None) -> BudgetPeriod:
    """Return this month's period, made with the limit that holds from now on."""
    return period_of_ids(account_id=account.pk, member_id=member.pk if member else None)


def period_of_ids(*, account_id: UUID, member_id: UUID | None) -> BudgetPeriod:
    """Return this month's period of an account, or of the member with this id."""
    account_period, member_period = periods_of_ids(account_id=account_id, member_id=member_id)
    return member_period or account_period


def periods_of(*, account: Account, member: User) -> tuple[BudgetPeriod, BudgetPeriod]:
    """Return this month's periods of an account and of one of its members."""
    account_period, member_period = periods_of_ids(account_id=account.pk, member_id=member.pk)
    if member_period is None:  # a member was named, so there is one
        raise RuntimeError("A member without a period.")
    return account_period, member_period


def periods_of_ids(
    *, account_id: UUID, member_id: UUID | None
) -> tuple[BudgetPeriod, BudgetPeriod | None]:
    """Return this month's period of an account, and of a member if one is named."""
    members = [None, *filter(None, [member_id])]
    found = present(account_id, member_id)
    if len(found) < len(members):
        lay_down(account_id=account_id, members=members)
        found = present(account_id, member_id)
    return found[None], found.get(member_id) if member_id else None


def present(account_id: UUID, member_id: UUID | None) -> dict[UUID | None, BudgetPeriod]:
    """Return the periods of this month that are there, by their member."""
    whose = Q(member=None) | Q(member=member_id)
    periods = BudgetPeriod.objects.of_this_month().filter(whose, account=account_id)
    return {period.member_id: period for period in periods}


def lay_down(*, account_id: UUID, members: list[UUID | None]) -> None:
    """Make the periods that are missing, each with its present limit."""
    month = this_month()
    limits = {
        budget.member_id: budget.limit for budget in Budget.objects.filter(account=account_id)
    }
    limits.setdefault(None, settings.DEFAULT_MONTHLY_BUDGET)
    BudgetPeriod.objects.bulk_create(
        [
            BudgetPeriod(
                account_id=account_id, member_id=member, month=month, limit=limits.get(member)
            )
            for member in members
        ],
        ignore_conflicts=True,
    )

"""Holding, settling and giving back money. Every amount is in micro-dollars.

Counters move by guarded updates that look at the row count, each with its ledger entry in the
same transaction: no concurrency can hold more than the limit, and the counters always equal the
sums of the entries.
"""

from datetime import UTC, date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from imagestudio.accounts.models import Account, User
from imagestudio.money.exceptions import BudgetExceeded, HoldAlreadyResolved
from imagestudio.money.models import Budget, BudgetPeriod, Hold, LedgerEntry

Kind, Basis = LedgerEntry.Kind, LedgerEntry.Basis


def this_month() -> date:
    """Return the first day of the present month (UTC), by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now.astimezone(UTC).date().replace(day=1)


def dollars(micros: int) -> str:
    """Return an amount for people: two digits, four when it is small."""
    amount = micros / 1_000_000
    return f"${amount:.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.4f}"


def period_of(*, account: Account, member: User | None = None) -> BudgetPeriod | None:
    """Return this month's period, made with the limit that holds from now on.

    None for a member without a budget of their own: then only the account's limit counts.
    """
    budget = Budget.objects.filter(account=account, member=member).first()
    if member is not None and budget is None:
        return None
    limit = budget.limit if budget else settings.DEFAULT_MONTHLY_BUDGET
    BudgetPeriod.objects.bulk_create(
        [BudgetPeriod(account=account, member=member, month=this_month(), limit=limit)],
        ignore_conflicts=True,
    )
    return BudgetPeriod.objects.get(account=account, member=member, month=this_month())


def apply_default_budget() -> int:
    """Bring this month's periods without a budget of their own to the default; return how many.

    Done whenever the installation is prepared, so that who could spend freely with the emulator
    cannot with a gateway that is paid.
    """
    own = Budget.objects.filter(member=None).values("account")
    periods = BudgetPeriod.objects.filter(month=this_month(), member=None)
    return periods.exclude(account__in=own).update(limit=settings.DEFAULT_MONTHLY_BUDGET)


@transaction.atomic
def set_budget(*, account: Account, limit: int | None, member: User | None = None) -> BudgetPeriod:
    """Return this month's period under a new limit, which also holds for the months to come.

    `limit` None takes the limit away. What is already held or spent stays; a limit below it
    only stops new holds.
    """
    Budget.objects.update_or_create(account=account, member=member, defaults={"limit": limit})
    period = period_of(account=account, member=member)
    if period is None:  # a budget was just written, so there is a period
        raise RuntimeError("A budget without a period.")
    BudgetPeriod.objects.filter(pk=period.pk).update(limit=limit)
    period.refresh_from_db()
    return period


@transaction.atomic
def take_hold(*, account: Account, user: User, attempt_id: UUID, amount: int) -> Hold:
    """Return a hold of this upper bound on the account's month, and on the member's if limited.

    Both counters move, or neither. Raises BudgetExceeded with what is left.
    """
    period = period_of(account=account)
    if period is None:  # only a member can be without a period
        raise RuntimeError("An account without a period.")
    member_period = period_of(account=account, member=user)
    for one in filter(None, (period, member_period)):
        raise_held(period=one, amount=amount)
    hold = Hold.objects.create(
        account=account,
        period=period,
        member_period=member_period,
        attempt_id=attempt_id,
        amount=amount,
    )
    enter(hold=hold, kind=Kind.HOLD, amount=amount)
    return hold


def raise_held(*, period: BudgetPeriod, amount: int) -> None:
    """Reserve an amount in a period, if its limit allows. Raises BudgetExceeded."""
    fits = Q(limit=None) | Q(limit__gte=F("settled") + F("held") + amount)
    if not BudgetPeriod.objects.filter(fits, pk=period.pk).update(held=F("held") + amount):
        period.refresh_from_db()
        left = period.left or 0
        whose = "your budget" if period.member_id else "the account's budget"
        raise BudgetExceeded(
            f"This can cost up to {dollars(amount)}, and {dollars(left)} is left of {whose} "
            f"for this month. The people who run the studio can raise it.",
            left_micros=left,
            needed_micros=amount,
        )


@transaction.atomic
def settle(
    *, hold: Hold, amount: int, basis: str = Basis.ESTIMATE, kind: str = Kind.SETTLE
) -> LedgerEntry:
    """Book what the call cost against its hold and return the entry.

    It may be more than was held: then the entry is marked as an overrun, and the raised
    counter keeps new holds away. `kind` is `settle`, or `write_off` for money given up.
    Raises HoldAlreadyResolved when the hold was settled or released before.
    """
    resolve(hold=hold, state=Hold.State.SETTLED, settled=amount)
    return enter(hold=hold, kind=kind, amount=amount, basis=basis)


@transaction.atomic
def release(*, hold: Hold) -> LedgerEntry:
    """Give back what was held, because nothing was billed, and return the entry.

    Raises HoldAlreadyResolved when the hold was settled or released before.
    """
    resolve(hold=hold, state=Hold.State.RELEASED, settled=0)
    return enter(hold=hold, kind=Kind.RELEASE, amount=hold.amount)


@transaction.atomic
def adjust(*, hold: Hold, difference: int, basis: str) -> LedgerEntry:
    """Correct what a settled hold cost by a difference (may be negative); return the entry."""
    for period_id in filter(None, (hold.period_id, hold.member_period_id)):
        BudgetPeriod.objects.filter(pk=period_id).update(settled=F("settled") + difference)
    return enter(hold=hold, kind=Kind.ADJUST, amount=difference, basis=basis)


def resolve(*, hold: Hold, state: str, settled: int) -> None:
    """Move a hold out of `held`, once, and its periods' counters with it."""
    held = Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD)
    if not held.update(state=state):
        raise HoldAlreadyResolved
    hold.state = state
    for period_id in filter(None, (hold.period_id, hold.member_period_id)):
        BudgetPeriod.objects.filter(pk=period_id).update(
            held=F("held") - hold.amount, settled=F("settled") + settled
        )


def enter(*, hold: Hold, kind: str, amount: int, basis: str = Basis.ESTIMATE) -> LedgerEntry:
    """Write one line into the ledger and return it."""
    return LedgerEntry.objects.create(
        account_id=hold.account_id,
        hold=hold,
        period_id=hold.period_id,
        kind=kind,
        amount=amount,
        basis=basis,
        overrun=kind == Kind.SETTLE and amount > hold.amount,
    )

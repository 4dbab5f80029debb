"""Holding, settling and giving back money. Every amount is in micro-dollars.

Counters move by guarded updates that look at the row count, each with its ledger entry in the
same transaction: no concurrency can hold more than the limit, and the counters always equal the
sums of the entries. Of a hold's two periods the account's is always locked before the member's.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, Sum

from imagestudio.accounts.models import Account, User
from imagestudio.money.exceptions import BudgetExceeded, HoldAlreadyResolved
from imagestudio.money.models import Basis, BudgetPeriod, Hold, LedgerEntry
from imagestudio.money.services.amounts import dollars
from imagestudio.money.services.lines import watch
from imagestudio.money.services.periods import periods_of

Kind = LedgerEntry.Kind


@transaction.atomic
def take_hold(
    *, account: Account, user: User, attempt_id: UUID, amount: int, model: str = ""
) -> Hold:
    """Return a hold of this upper bound on the account's month and on the member's.

    `model` is the id of the picture model that the money is for. Both counters move, or neither.
    Raises BudgetExceeded with what is left.
    """
    period, member_period = periods_of(account=account, member=user)
    for one in (period, member_period):
        raise_held(period=one, amount=amount)
    hold = Hold.objects.create(
        account=account,
        period=period,
        member_period=member_period,
        user=user,
        model=model,
        attempt_id=attempt_id,
        amount=amount,
    )
    enter(hold=hold, kind=Kind.HOLD, amount=amount)
    watch(period.pk, member_period.pk)
    return hold


def raise_held(*, period: BudgetPeriod, amount: int) -> None:
    """Reserve an amount in a period, if its limit allows. Raises BudgetExceeded."""
    fits = Q(limit=None) | Q(limit__gte=F("settled") + F("held") + amount)
    if not BudgetPeriod.objects.filter(fits, pk=period.pk).update(held=F("held") + amount):
        period.refresh_from_db()
        left = period.left or 0
        if period.member_id:
            whose, who = "your budget", "An owner of the account"
        else:
            whose, who = "the account's budget", "The people who run the studio"
        raise BudgetExceeded(
            f"This can cost up to {dollars(amount)}, and {dollars(left)} is left of {whose} "
            f"for this month. {who} can raise it.",
            account_id=period.account_id,
            member_id=period.member_id,
            left_micros=left,
            needed_micros=amount,
        )


def within_limits(*, hold: Hold) -> bool:
    """Say whether what is held and spent stays within the limits, with their rows locked.

    They stay locked until the present transaction ends, so that what was said stays true.
    """
    periods = BudgetPeriod.objects.select_for_update(no_key=True).filter(
        pk__in=[hold.period_id, *filter(None, [hold.member_period_id])]
    )
    return all(
        period.limit is None or period.held + period.settled <= period.limit
        for period in periods.in_order_of_locks()
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
    is_overrun = kind == Kind.SETTLE and amount > hold.amount
    return enter(hold=hold, kind=kind, amount=amount, basis=basis, overrun=is_overrun)


@transaction.atomic
def release(*, hold: Hold) -> LedgerEntry:
    """Give back what was held, because nothing was billed, and return the entry.

    Raises HoldAlreadyResolved when the hold was settled or released before.
    """
    resolve(hold=hold, state=Hold.State.RELEASED, settled=0)
    return enter(hold=hold, kind=Kind.RELEASE, amount=hold.amount)


@transaction.atomic
def adjust(*, hold: Hold, difference: int, basis: str) -> LedgerEntry:
    """Correct what a settled hold cost by a difference (may be negative); return the entry.

    Where the cost grows beyond what was held, the entry is marked as an overrun.
    """
    Hold.objects.select_for_update(no_key=True).get(pk=hold.pk)
    spent = hold.entries.spent().aggregate(sum=Sum("amount", default=0))["sum"]
    move(hold=hold, settled=difference)
    is_overrun = difference > 0 and spent + difference > hold.amount
    return enter(hold=hold, kind=Kind.ADJUST, amount=difference, basis=basis, overrun=is_overrun)


def resolve(*, hold: Hold, state: str, settled: int) -> None:
    """Move a hold out of `held`, once, and its periods' counters with it."""
    held = Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD)
    if not held.update(state=state):
        raise HoldAlreadyResolved
    hold.state = state
    move(hold=hold, held=-hold.amount, settled=settled)


def move(*, hold: Hold, held: int = 0, settled: int = 0) -> None:
    """Add to the counters of a hold's periods, and watch their lines where they rise."""
    periods = [hold.period_id, *filter(None, [hold.member_period_id])]
    for period_id in periods:
        BudgetPeriod.objects.filter(pk=period_id).update(
            held=F("held") + held, settled=F("settled") + settled
        )
    if held + settled > 0:
        watch(*periods)


def enter(
    *, hold: Hold, kind: str, amount: int, basis: str = Basis.ESTIMATE, overrun: bool = False
) -> LedgerEntry:
    """Write one line into the ledger and return it; a hold's cost rests on the best of them."""
    if basis == Basis.GATEWAY_LOG != hold.basis:
        Hold.objects.filter(pk=hold.pk).update(basis=basis)
        hold.basis = basis
    return LedgerEntry.objects.create(
        account_id=hold.account_id,
        hold=hold,
        period_id=hold.period_id,
        kind=kind,
        amount=amount,
        basis=basis,
        overrun=overrun,
    )

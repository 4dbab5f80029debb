"""Setting what an account, or one member of it, may spend in a month."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.exceptions import NoSuchMember
from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import Happening, record
from imagestudio.money.exceptions import OperatorsOnly
from imagestudio.money.models import Budget, BudgetPeriod, BudgetRequest
from imagestudio.money.services.lines import line_of, watch
from imagestudio.money.services.periods import period_of, this_month


def apply_default_budget() -> int:
    """Bring this month's periods without a budget of their own to the default; return how many.

    Done whenever the installation is prepared, so that who could spend freely with the emulator
    cannot with a gateway that is paid.
    """
    own = Budget.objects.filter(member=None).values("account")
    periods = BudgetPeriod.objects.filter(month=this_month(), member=None)
    return periods.exclude(account__in=own).update(limit=settings.DEFAULT_MONTHLY_BUDGET)


@transaction.atomic
def set_budget(
    *, account: Account, limit: int | None, member: User | None = None, by: User | None = None
) -> BudgetPeriod:
    """Return this month's period under a new limit, which also holds for the months to come.

    `limit` None takes the limit away. What is already held or spent stays; a limit below it
    only stops new holds. Open requests for this limit are answered: a limit that allows what
    they asked for grants them. `by` is who did it, None for the command line.
    """
    period = change_limit(account=account, limit=limit, member=member)
    answered = answer_requests(account=account, limit=limit, member=member, by=by)
    record(changed(account, member), *answered)
    return period


def set_account_budget(*, membership: Membership, limit: int | None) -> BudgetPeriod:
    """Return the account's period under a new limit that an operator sets, who is a member.

    Raises OperatorsOnly: the installation's credentials pay, whoever owns the account.
    """
    require_operator(membership.user)
    return set_budget(account=membership.account, limit=limit, by=membership.user)


def set_member_budget(
    *, membership: Membership, member_id: UUID, limit: int | None
) -> BudgetPeriod:
    """Return a member's period under a new limit that an owner or admin sets.

    Raises RoleTooLow, NoSuchMember.
    """
    require(Deed.MANAGE_ACCOUNT, membership)
    member = member_of(account=membership.account, user_id=member_id)
    return set_budget(account=membership.account, limit=limit, member=member, by=membership.user)


def require_operator(user: User) -> None:
    """Do nothing for somebody who runs the installation. Raises OperatorsOnly for others."""
    if not user.is_operator:
        raise OperatorsOnly("The account's limit is set by the people who run the studio.")


def member_of(*, account: Account, user_id: UUID) -> User:
    """Return a member of an account. Raises NoSuchMember."""
    found = account.memberships.select_related("user").filter(user=user_id).first()
    if found is None:
        raise NoSuchMember("There is no such member in this account.")
    return found.user


def change_limit(*, account: Account, limit: int | None, member: User | None) -> BudgetPeriod:
    """Return this month's period with a new limit; a raised one may be warned of again."""
    Budget.objects.update_or_create(account=account, member=member, defaults={"limit": limit})
    period = period_of(account=account, member=member)
    period = BudgetPeriod.objects.select_for_update(no_key=True).get(pk=period.pk)
    before, period.limit = period.limit, limit
    if before is not None and (limit is None or limit > before):
        line = line_of(limit=limit, used=period.held + period.settled)
        period.exhausted_at = None
        period.warned_at = period.warned_at if line else None
    period.save(update_fields=["limit", "warned_at", "exhausted_at"])
    watch(period.pk)
    return period


def answer_requests(
    *, account: Account, limit: int | None, member: User | None, by: User | None
) -> list[Happening]:
    """Answer the open requests that a new limit is about, and return what is to be told."""
    requests = BudgetRequest.objects.owned_by(account).open().order_by("id")
    if member is None:
        requests = requests.filter(whose=BudgetRequest.Whose.ACCOUNT)
    else:
        requests = requests.by(member).filter(whose=BudgetRequest.Whose.MEMBER)
    happenings = []
    for request in requests.select_for_update(no_key=True):
        granted = limit is None or request.amount is None or limit >= request.amount
        BudgetRequest.objects.filter(pk=request.pk).update(
            answered_at=Now(), answered_by=by, granted=granted
        )
        happenings.append(answered(request))
    return happenings


def changed(account: Account, member: User | None) -> Happening:
    """Return the event about a new limit."""
    data = {"member": str(member.pk) if member else None}
    return Happening(account.pk, "budget.changed", data)


def answered(request: BudgetRequest) -> Happening:
    """Return the event about an answer."""
    return Happening(request.account_id, "budget.answered", {"request": str(request.pk)})

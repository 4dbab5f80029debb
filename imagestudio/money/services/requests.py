"""Asking for a higher limit when the money is used up, and answering."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError, Invalid
from imagestudio.events.services import Happening, record
from imagestudio.money.exceptions import NoSuchRequest, NothingToRaise, RequestAnswered
from imagestudio.money.models import BudgetRequest
from imagestudio.money.services.budgets import (
    answer_requests,
    answered,
    change_limit,
    changed,
    require_operator,
)
from imagestudio.money.services.periods import periods_of

Whose = BudgetRequest.Whose
LONGEST_NOTE = 500  # characters


@transaction.atomic
def ask_for_budget(
    *, membership: Membership, amount: int | None = None, note: str = ""
) -> BudgetRequest:
    """Return the member's open request for a higher limit; a second one while it is open is it.

    `amount` is the monthly limit that is asked for, in micro-dollars. What is asked about is the
    limit that leaves the member less: their own, which owners and admins raise, or the account's,
    which the operators raise. An open request about the other one becomes a request about this.
    Raises RoleTooLow, NothingToRaise, Invalid.
    """
    require(Deed.GENERATE, membership)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        words = f"A note has at most {LONGEST_NOTE} characters."
        raise Invalid(words, fields=[FieldError("note", "too_long", words)])
    wish = {"whose": whose_limit(membership), "amount": amount, "note": note}
    request, is_new = BudgetRequest.objects.get_or_create(
        account=membership.account, user=membership.user, answered_at=None, defaults=wish
    )
    others = BudgetRequest.objects.open().filter(pk=request.pk).exclude(whose=wish["whose"])
    if is_new or others.update(**wish):
        data = {"request": str(request.pk), "whose": str(wish["whose"])}
        record(Happening(request.account_id, "budget.asked", data))
        request.refresh_from_db()
    return request


def whose_limit(membership: Membership) -> BudgetRequest.Whose:
    """Return which limit leaves a member less. Raises NothingToRaise where there is none.

    In a personal account that is always the account's: nobody asks themselves.
    """
    account_period, mine = periods_of(account=membership.account, member=membership.user)
    is_personal = membership.account.kind == Account.Kind.PERSONAL
    whole = account_period.left
    if mine.left is not None and not is_personal and (whole is None or mine.left < whole):
        return Whose.MEMBER
    if whole is None:
        raise NothingToRaise("Neither you nor this account has a limit.")
    return Whose.ACCOUNT


@transaction.atomic
def answer_request(*, membership: Membership, request_id: UUID, limit: int | None) -> BudgetRequest:
    """Return a request that was answered: granted by a new limit, or declined (None).

    A member's own limit is for owners and admins to answer, the account's for operators.
    Raises RoleTooLow, OperatorsOnly, NoSuchRequest, RequestAnswered.
    """
    request = found(membership=membership, request_id=request_id)
    if request.whose == Whose.MEMBER:
        require(Deed.MANAGE_ACCOUNT, membership)
    else:
        require_operator(membership.user)
    return answer(request=request, by=membership.user, limit=limit)


@transaction.atomic
def answer_as_operator(*, operator: User, request_id: UUID, limit: int | None) -> BudgetRequest:
    """Return a request about an account's limit that was answered by somebody who runs the studio.

    They need not be a member. Raises OperatorsOnly, NoSuchRequest, RequestAnswered.
    """
    require_operator(operator)
    asked = BudgetRequest.objects.for_operators().filter(pk=request_id)
    request = asked.select_related("account", "user").first()
    if request is None:
        raise NoSuchRequest("There is no such request.")
    return answer(request=request, by=operator, limit=limit)


def answer(*, request: BudgetRequest, by: User, limit: int | None) -> BudgetRequest:
    """Raise the limit that a request is about, or decline it (None). Raises RequestAnswered."""
    account, member = request.account, request.user if request.whose == Whose.MEMBER else None
    told = []
    if limit is not None:  # the limit's rows are locked before the request's, as in `set_budget`
        change_limit(account=account, limit=limit, member=member)
        told.append(changed(account, member))
    this = BudgetRequest.objects.open().filter(pk=request.pk)
    if not this.update(answered_at=Now(), answered_by=by, granted=limit is not None):
        raise RequestAnswered("Somebody has answered it before.")
    told.append(answered(request))
    if limit is not None:  # a raised account answers everybody who asked for that
        told += answer_requests(account=account, limit=limit, member=member, by=by)
    record(*told)
    request.refresh_from_db()
    return request


def found(*, membership: Membership, request_id: UUID) -> BudgetRequest:
    """Return a request of the account. Raises NoSuchRequest, also for what one may not see."""
    requests = BudgetRequest.objects.owned_by(membership.account).select_related("account", "user")
    request = requests.filter(pk=request_id).first()
    if request is None:
        raise NoSuchRequest("There is no such request in this account.")
    return request

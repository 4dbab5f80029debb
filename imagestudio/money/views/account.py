"""The page of an account: its name, its members, its limits, and who asks for more."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import Conflict
from imagestudio.events.news import last_number
from imagestudio.money.forms import AnswerForm, AskForm, LimitForm, words_of
from imagestudio.money.models import BudgetRequest
from imagestudio.money.services import (
    answer_request,
    ask_for_budget,
    dollars,
    set_account_budget,
    set_member_budget,
    this_month,
)
from imagestudio.money.spending.months import spending_of_members, standing_of


@require_safe
@account_page
def account(request: AccountRequest) -> HttpResponseBase:
    """Show what this month costs, who is a member, and, to those who can answer, who asks."""
    membership = request.membership
    mine, may_manage = membership.account, allows(Deed.MANAGE_ACCOUNT, membership)
    is_operator, standing = membership.user.is_operator, standing_of(membership)
    requests = BudgetRequest.objects.owned_by(mine).open().select_related("user")
    return render(
        request,
        "accounts/account.html",
        {
            "spending": standing.account_month,
            "own": standing.own_month if mine.kind == Account.Kind.TEAM else None,
            "month": this_month(),
            "members": spending_of_members(mine),
            "may_manage": may_manage,
            "is_operator": is_operator,
            "requests": requests if may_manage or is_operator else (),
            "ask_form": AskForm(),
            "standing": standing,
            "last_seq": last_number(mine.pk),
        },
    )


@require_safe
@account_page
def notice(request: AccountRequest) -> HttpResponseBase:
    """Show the bar about limits that are nearly used, as it stands now."""
    context = {"standing": standing_of(request.membership), "here": request.membership.account}
    return render(request, "money/_notice.html", context)


@require_POST
@account_page
def account_limit(request: AccountRequest) -> HttpResponseBase:
    """Set or take away the account's limit: for operators."""
    form = LimitForm(request.POST)
    if not form.is_valid():
        return back(request, wrong=words_of(form))
    set_account_budget(membership=request.membership, limit=form.wanted())
    return back(request, f"The account's limit is {in_words(form.wanted())} from now on.")


@require_POST
@account_page
def member_limit(request: AccountRequest, user_id: UUID) -> HttpResponseBase:
    """Set or take away a member's limit: for owners and admins."""
    form = LimitForm(request.POST)
    if not form.is_valid():
        return back(request, wrong=words_of(form))
    limit = form.wanted()
    set_member_budget(membership=request.membership, member_id=user_id, limit=limit)
    return back(request, f"The member's limit is {in_words(limit)} from now on.")


@require_POST
@account_page
def ask(request: AccountRequest) -> HttpResponseBase:
    """Ask those who can raise the limit that stops this member."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return back(request, wrong=words_of(form))
    try:
        asked = ask_for_budget(membership=request.membership, **form.cleaned_data)
    except Conflict as error:
        if request.htmx:
            raise
        return back(request, wrong=str(error))
    if request.htmx:
        return render(request, "money/_asked.html", {"asked": asked})
    return back(request, "You have asked. You get a letter with the answer.")


@require_POST
@account_page
def answer(request: AccountRequest, request_id: UUID) -> HttpResponseBase:
    """Raise the limit that somebody asked about, or decline."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return back(request, wrong=words_of(form))
    limit = form.wanted()
    try:
        answer_request(membership=request.membership, request_id=request_id, limit=limit)
    except Conflict as error:
        return back(request, wrong=str(error))
    words = "Declined." if limit is None else f"The limit is {in_words(limit)} from now on."
    return back(request, words)


def in_words(limit: int | None) -> str:
    """Return a limit in micro-dollars for a sentence."""
    return "none" if limit is None else f"{dollars(limit)} a month"


def back(request: AccountRequest, done: str = "", *, wrong: str = "") -> HttpResponse:
    """Go back to the account's page, with a notice there of what was done or is wrong."""
    if wrong:
        messages.error(request, wrong)
    else:
        messages.success(request, done)
    return redirect("money:account", slug=request.membership.account.slug)

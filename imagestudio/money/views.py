"""The page of an account: its name, its members, and what it spends."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.money.services import this_month
from imagestudio.money.spending import spending_of


@require_safe
@account_page
def account(request: AccountRequest) -> HttpResponseBase:
    """Show what this month costs and who is a member."""
    mine = request.membership.account
    return render(
        request,
        "accounts/account.html",
        {
            "spending": spending_of(mine),
            "month": this_month(),
            "members": mine.memberships.select_related("user").order_by("added_at"),
        },
    )

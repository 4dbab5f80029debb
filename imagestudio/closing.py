"""Pages on which an account or a user is closed: what becomes of what, then the deed."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from imagestudio.accounts.exceptions import CannotClose
from imagestudio.accounts.forms import ConfirmForm
from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, PersonRequest, account_page, person_page
from imagestudio.accounts.permissions import Deed, require
from imagestudio.accounts.services.closing import teams_left_alone
from imagestudio.lifecycle import close_account, close_user, fates_of_account, fates_of_user


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # ships no types
@account_page
def account(request: AccountRequest) -> HttpResponseBase:
    """Show what becomes of an account that is closed; close it once its name was typed."""
    membership = request.membership
    if membership.account.kind == Account.Kind.PERSONAL:
        return redirect("close_user")
    require(Deed.OWN, membership)
    form = ConfirmForm(
        request.POST if request.method == "POST" else None, name=membership.account.name
    )
    if request.method == "POST" and form.is_valid():
        close_account(account=membership.account)
        messages.success(request, f"{membership.account.name} is closed.")
        return redirect("accounts:home")
    context = {"form": form, "fates": list(fates_of_account(membership.account))}
    status = 422 if form.errors else 200
    return render(request, "accounts/close_account.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # ships no types
@person_page
def user(request: PersonRequest) -> HttpResponseBase:
    """Show what becomes of somebody's user and their own account; close both for good."""
    me = request.user
    form = ConfirmForm(request.POST if request.method == "POST" else None, name=me.email)
    if request.method == "POST" and form.is_valid():
        try:
            close_user(user=me)
        except CannotClose as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            messages.success(request, "Your user is closed. Thank you for having been here.")
            return redirect("accounts:home")
    context = {"form": form, "fates": list(fates_of_user(me)), "alone": teams_left_alone(me)}
    return render(request, "accounts/close_user.html", context, status=422 if form.errors else 200)

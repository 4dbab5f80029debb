"""The page of API tokens: made, shown once, revoked."""

from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from imagestudio.accounts.forms import TokenForm
from imagestudio.accounts.models import Token
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.accounts.services import tokens
from imagestudio.errors import Invalid


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # ships no types
@account_page
def token_list(request: AccountRequest) -> HttpResponseBase:
    """Show the member's tokens; make one, and show its text this once."""
    is_staff = request.user.is_moderator
    form = TokenForm(request.POST if request.method == "POST" else None, is_moderator=is_staff)
    new = None
    if request.method == "POST" and form.is_valid():
        try:
            new = tokens.create_token(
                membership=request.membership,
                **form.wanted(),
                records=get_authentication_records(request, request.user),
            )
        except Invalid as error:
            form.add_error(None, str(error))
        else:
            form = TokenForm(is_moderator=is_staff)
    mine = Token.objects.owned_by(request.membership.account).filter(user=request.user)
    return render(
        request,
        "accounts/tokens.html",
        {
            "form": form,
            "new": new,
            "tokens": mine.live(),
            "may_manage": allows(Deed.MANAGE_TOKENS, request.membership),
        },
        status=422 if form.errors else 200,
    )


@require_POST
@account_page
def revoke_token(request: AccountRequest, token_id: UUID) -> HttpResponseBase:
    """End a token."""
    token = tokens.revoke_token(membership=request.membership, token_id=token_id)
    messages.success(request, f"“{token.name}” is revoked. Whatever used it is locked out now.")
    return redirect("accounts:tokens", slug=request.membership.account.slug)

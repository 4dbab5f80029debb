"""Carrying many pictures away."""

from functools import partial

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.downloads import answer, answer_library
from generations.schemas.downloads import ORIGINAL, wanted_as
from imagestudio.accounts.auth import Caller, still_holds
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import FieldError, Invalid
from imagestudio.library.selection import Selection
from imagestudio.library.services.exports import size_of_export


@require_POST
@account_page
def download(request: AccountRequest) -> HttpResponseBase:
    """Send a ZIP of the selected pictures: originals, or copies in a `format` and `side`."""
    caller = Caller(request.membership, Deed.SEE, session_key=request.session.session_key)
    wanted = wanted_as(
        Selection.from_form(request.POST),
        form=request.POST.get("format") or ORIGINAL,
        side=side_from(request.POST.get("side", "")),
    )
    return answer(
        request,
        membership=request.membership,
        wanted=wanted,
        is_allowed=partial(still_holds, caller),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def exports(request: AccountRequest) -> HttpResponseBase:
    """Show what an export of the library is, or send one."""
    membership = request.membership
    if request.method == "POST":
        caller = Caller(membership, Deed.EXPORT, session_key=request.session.session_key)
        return answer_library(
            request, membership=membership, is_allowed=partial(still_holds, caller)
        )
    return render(
        request,
        "generations/exports.html",
        {"may_export": allows(Deed.EXPORT, membership)},
    )


@require_safe
@account_page
def export_size(request: AccountRequest) -> HttpResponseBase:
    """Show how large an export would be: a part of its page, as counting takes a moment."""
    size = size_of_export(account=request.membership.account)
    return render(request, "generations/_export_size.html", {"size": size})


def side_from(text: str) -> int | None:
    """Return the longest side that a form asks for, None for the full size. Raises Invalid."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        words = "The side is a number of pixels."
        raise Invalid(words, fields=[FieldError("side", "invalid", words)])
    return int(text)

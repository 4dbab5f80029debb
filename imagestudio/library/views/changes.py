"""Changing many pictures at once, from any page that shows some, and taking that back."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.errors import Invalid, StudioError
from imagestudio.http.cursor import page
from imagestudio.library.forms import wanted_from
from imagestudio.library.models import Change
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import change_of, changed_ids, make_change, undo_change
from imagestudio.library.templatetags.changes import in_words

PAGE = 50  # changes
MOST_TOLD = 50  # ids in a header: proxies take no more than a few kB of them


@require_POST
@account_page
def change(request: AccountRequest) -> HttpResponseBase:
    """Do one deed to all the selected pictures."""
    try:
        made = make_change(
            membership=request.membership,
            wanted=wanted_from(request.POST),
            selection=Selection.from_form(request.POST),
        )
    except StudioError as error:
        return wrong(request, error)
    return answer(request, made, changed_ids(made, most=MOST_TOLD))


@require_POST
@account_page
def undo(request: AccountRequest, change_id: UUID) -> HttpResponseBase:
    """Take a change back."""
    had = change_of(membership=request.membership, change_id=change_id)
    ids = changed_ids(had, most=MOST_TOLD)
    return answer(request, undo_change(membership=request.membership, change_id=change_id), ids)


@require_safe
@account_page
def state(request: AccountRequest, change_id: UUID) -> HttpResponseBase:
    """Show how far a change is."""
    found = change_of(membership=request.membership, change_id=change_id)
    if not request.htmx:
        return redirect("library:changes", slug=request.membership.account.slug)
    notice = render(request, "library/_changed.html", {"change": found})
    return told(request, notice, found, changed_ids(found, most=MOST_TOLD))


@require_safe
@account_page
def changes(request: AccountRequest) -> HttpResponseBase:
    """Show what was changed lately, and what of it can be undone."""
    account, user = request.membership.account, request.membership.user
    rows = Change.objects.owned_by(account).known_to(user).select_related("tag", "album", "user")
    found = page(
        rows,
        by="made_at",
        cursor=request.GET.get("cursor"),
        limit=PAGE,
        of=f"changes of {account.pk} {user.pk}",
    )
    return render(
        request,
        "library/_changes.html" if request.htmx else "library/changes.html",
        {"changes": found.rows, "next_cursor": found.next_cursor},
    )


def answer(request: AccountRequest, made: Change, ids: Sequence[UUID]) -> HttpResponse:
    """Answer with a notice that offers to undo a change, or go back to the page it was made on."""
    if not request.htmx:
        hint = " It can be undone under Recent changes." if made.can_be_undone else ""
        messages.success(request, f"{in_words(made)}{hint}")
        return redirect(back_to(request))
    notice = render(request, "library/_changed.html", {"change": made})
    if request.htmx.target != f"change-{made.pk}":
        notice = retarget(reswap(notice, "beforeend"), "#notices")
    return told(request, notice, made, ids)


def told(
    request: AccountRequest, notice: HttpResponse, change: Change, ids: Sequence[UUID]
) -> HttpResponse:
    """Return the answer with the event by which the page learns what has become of these ids.

    Where htmx itself has asked, that is after the notice is in its place: what the event takes
    away may hold the form that was sent. The grid asks without htmx, and looks for one header.
    """
    if not change.is_at_work:
        news = {
            "change": str(change.pk),
            "deed": change.deed,
            "ids": [str(one) for one in ids],
            "count": change.count,
        }
        header = "HX-Trigger-After-Swap" if request.htmx.current_url else "HX-Trigger"
        notice[header] = json.dumps({"library-changed": news})
    return notice


def wrong(request: AccountRequest, error: StudioError) -> HttpResponse:
    """Say what is wrong, on the page that the form came from where there are no scripts."""
    if request.htmx or not isinstance(error, Invalid):
        raise error
    messages.error(request, str(error))
    return redirect(back_to(request))


def back_to(request: AccountRequest, page: str = "library:grid", *keys: UUID) -> str:
    """Return the address that a form asks to go back to, if it is one of this studio.

    Else that of a page of the account: of the library, or of the thing with these keys.
    """
    wanted = request.POST.get("next", "")
    if is_ours(request, wanted):
        return wanted
    return reverse(page, args=[request.membership.account.slug, *keys])


def is_ours(request: HttpRequest, address: str) -> bool:
    """Say whether an address leads to this studio."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )

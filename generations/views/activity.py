"""Activity: everything that was asked for, and what became of it."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generations.models import OPEN_STATES, Generation, State
from generations.tiles import tiles_of
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import FieldError, Invalid
from imagestudio.events.news import last_number
from imagestudio.http import cursor

PAGE = 50  # rows
MOST_OPEN = 100  # rows of what waits and runs, on top of the first page


@require_safe
@account_page
def activity(request: AccountRequest) -> HttpResponseBase:
    """Show the account's generations: those that wait and run first, then the newest.

    `?state=` shows only those in one state.
    """
    account, state = request.membership.account, request.GET.get("state", "")
    if state and state not in State.values:
        words = "There is no such state."
        raise Invalid(words, fields=[FieldError("state", "unknown", words)])
    after, listed = request.GET.get("cursor"), f"activity {state} of {account.pk}"
    rows = Generation.objects.owned_by(account).newest_first().with_details()
    rest = rows.filter(state=state) if state else rows.exclude(state__in=OPEN_STATES)
    page = cursor.page(rest, by="requested_at", cursor=after, limit=PAGE, of=listed)
    first = [] if state or after else list(rows.filter(state__in=OPEN_STATES)[:MOST_OPEN])
    return render(
        request,
        "generations/_rows.html" if request.htmx else "generations/activity.html",
        {
            "tiles": tiles_of([*first, *page.rows]),
            "next_cursor": page.next_cursor,
            "state": state,
            "states": State.choices,
            "last_seq": last_number(account.pk),
            "may_make": allows(Deed.GENERATE, request.membership),
        },
    )

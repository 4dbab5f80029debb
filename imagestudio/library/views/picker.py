"""Choosing a picture of the library as a source."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.library.filters import read_filters
from imagestudio.library.listing import list_page

PICKED = 24  # pictures of a page


@require_safe
@account_page
def picker(request: AccountRequest) -> HttpResponseBase:
    """Show a page of the library to choose from; only its pictures while somebody searches."""
    filters, _ = read_filters(request.GET)
    cursor = request.GET.get("cursor")
    found = list_page(
        request.membership.account, request.user, filters, limit=PICKED, cursor=cursor
    )
    query = filters.query_string()
    is_part = bool(cursor) or request.htmx.target == "picked"
    return render(
        request,
        "library/_picked.html" if is_part else "library/_picker.html",
        {
            "images": found.images,
            "next_cursor": found.next_cursor,
            "filters": filters,
            "query": f"{query}&" if query else "",
        },
    )

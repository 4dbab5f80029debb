"""The panel's first page: which cases wait, and a way to begin with the first."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.moderation.services.panel.queue import (
    NAMES,
    Tab,
    counts,
    is_closed_to,
    next_case,
    queue_page,
)


@require_safe
@moderator_page
def queue(request: ModeratorRequest) -> HttpResponseBase:
    """Show the cases of a part of the queue."""
    tab = tab_from(request.GET.get("tab", ""))
    found = queue_page(request.user, tab, cursor=request.GET.get("cursor"))
    context: dict[str, Any] = {
        "rows": found.rows,
        "next_cursor": found.next_cursor,
        "query": f"tab={tab}&",
        "tab": tab,
        "moderator": request.user,
    }
    if request.htmx and request.GET.get("cursor"):
        return render(request, "moderation/_rows.html", context)
    counted = counts(request.user)
    context["closed_off"] = is_closed_to(tab, request.user) and counted.get(tab)
    context["tabs"] = [(one, NAMES[one], counted.get(one)) for one in Tab]
    context["in_tab"] = counted.get(tab)
    template = "moderation/_queue.html" if request.htmx else "moderation/queue.html"
    return render(request, template, context)


@require_POST
@moderator_page
def start(request: ModeratorRequest) -> HttpResponseBase:
    """Take the next case in hand, and show it."""
    tab = tab_from(request.POST.get("tab", ""))
    case = next_case(moderator=request.user, tab=tab)
    if case is None:
        return redirect("moderation:queue")
    return redirect("moderation:case", case.pk)


def tab_from(text: str) -> Tab:
    """Return the part of the queue that is named, all of it for any other text."""
    return Tab(text) if text in list(Tab) else Tab.ALL

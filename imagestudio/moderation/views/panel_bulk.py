"""Deciding many cases as one: choosing them, seeing what would happen, doing it, taking it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import Invalid
from imagestudio.http.problems import status_of
from imagestudio.moderation.exceptions import ActionNotOffered, BulkInvalid, BulkUntried
from imagestudio.moderation.forms.panel import BulkForm, uuid_from
from imagestudio.moderation.models import BulkDeed
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.bulk import Chosen, Forecast
from imagestudio.moderation.services.notices import PATIENCE
from imagestudio.moderation.services.panel.bulk import (
    cases_page,
    chosen_in_words,
    covers_of,
    deed_of,
    deeds_page,
    reasons_left,
)
from imagestudio.moderation.services.panel.drafts import preview

Choice = BulkDeed.Choice
COVERS = 60  # pictures that are shown of what was chosen


@require_safe
@moderator_page
def deeds(request: ModeratorRequest) -> HttpResponseBase:
    """Show what was decided together."""
    found = deeds_page(request.user, cursor=request.GET.get("cursor"))
    context = {"deeds": found.rows, "next_cursor": found.next_cursor}
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_bulk_deeds' if part else 'bulk_deeds'}.html", context)


@require_POST
@moderator_page
def choose(request: ModeratorRequest) -> HttpResponseBase:
    """Lay a draft about the chosen cases, and show it."""
    deed = bulk.choose(moderator=request.user, chosen=chosen_from(request.POST))
    return redirect("moderation:bulk_deed", deed.pk)


def chosen_from(data: QueryDict) -> Chosen:
    """Return what a form chooses: what a button of it names, else what was ticked.

    Raises BulkInvalid.
    """
    named = (Choice.ALIKE, Choice.BYTES, Choice.PERSON, Choice.ACCOUNT, Choice.REPORTER, Choice.TAB)
    for choice in named:
        if choice in data:
            return Chosen(choice, str(data[choice]))
    ticked = {}
    for text in data.getlist("case"):
        key, _, version = text.partition(":")
        case_id = uuid_from(key)
        if case_id is None or not version.isdecimal() or len(version) > 9:
            raise BulkInvalid("Reload the page, and choose again.")
        ticked[case_id] = int(version)
    if not ticked:
        raise BulkInvalid("Choose the cases first.")
    return Chosen(Choice.TICKED, ticked=ticked)


@require_safe
@moderator_page
def deed(request: ModeratorRequest, deed_id: UUID) -> HttpResponseBase:
    """Show a bulk deed: a draft with what can be decided, else what became of each case."""
    found = deed_of(request.user, deed_id)
    if found.state == BulkDeed.State.DRAFT:
        return render(request, "moderation/bulk_draft.html", drafted(request, found))
    page = cases_page(request.user, found, cursor=request.GET.get("cursor"))
    context = {
        "deed": found,
        "chosen": chosen_in_words(found),
        "reasons": reasons_left(found),
        "way": bulk.way_back(found, request.user),
        "patience": PATIENCE.seconds,
        "cases": page.rows,
        "next_cursor": page.next_cursor,
    }
    if request.htmx:
        part = "_bulk_cases" if request.GET.get("cursor") else "_bulk_deed"
        return render(request, f"moderation/{part}.html", context)
    return render(request, "moderation/bulk_deed.html", context)


def drafted(
    request: ModeratorRequest, found: BulkDeed, *, data: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what the page of a draft shows."""
    counts = bulk.choices_of(found, request.user)
    of_reporter = found.choice == Choice.REPORTER
    initial = {"action": "keep"} if of_reporter else {}
    return {
        "deed": found,
        "chosen": chosen_in_words(found),
        "covers": covers_of(request.user, found, most=COVERS),
        "hidden": max(0, found.total - COVERS),
        "most": bulk.MOST,
        "form": BulkForm(data, counts=counts, of_reporter=of_reporter, initial=initial),
    }


@require_POST
@moderator_page
def try_out(request: ModeratorRequest, deed_id: UUID) -> HttpResponseBase:
    """Show what would happen; nothing does."""
    found = deed_of(request.user, deed_id)
    context = drafted(request, found, data=request.POST)
    try:
        verdict = context["form"].verdict()
        forecast = bulk.try_out(moderator=request.user, deed_id=deed_id, verdict=verdict)
        context |= {"forecast": forecast, "told": sample(request, forecast)}
    except Invalid as error:
        context["lacks"] = str(error) if "action" in request.POST else ""
    part = "_forecast" if request.htmx else "bulk_draft"
    return render(request, f"moderation/{part}.html", context)


def sample(request: ModeratorRequest, forecast: Forecast) -> object:
    """Return what the first person who is told anything would read, None if nobody is."""
    if not forecast.told:
        return None
    verdict = forecast.verdict
    try:
        first = forecast.decides[0].pk
        return preview(moderator=request.user, case_id=first, verdict=verdict)
    except ActionNotOffered:  # it was decided just now
        return None


@require_POST
@moderator_page
def begin(request: ModeratorRequest, deed_id: UUID) -> HttpResponseBase:
    """Do what was tried; show what would happen where something else was."""
    found = deed_of(request.user, deed_id)
    context = drafted(request, found, data=request.POST)
    try:
        verdict = context["form"].verdict()
        forecast = bulk.try_out(moderator=request.user, deed_id=deed_id, verdict=verdict)
        if found.action != verdict.action:
            raise BulkUntried("Look at what would happen, then do it.")
        bulk.begin(moderator=request.user, deed_id=deed_id, action=verdict.action)
    except BulkUntried as error:
        context |= {"forecast": forecast, "told": sample(request, forecast), "error": error}
        return render(request, "moderation/bulk_draft.html", context, status=status_of(error))
    except Invalid as error:
        context |= {"lacks": str(error)}
        return render(request, "moderation/bulk_draft.html", context, status=status_of(error))
    return redirect("moderation:bulk_deed", deed_id)


@require_POST
@moderator_page
def undo(request: ModeratorRequest, deed_id: UUID) -> HttpResponseBase:
    """Take a bulk deed back."""
    deed_of(request.user, deed_id)
    text = request.POST.get("text", "").replace("\0", "")
    bulk.undo(moderator=request.user, deed_id=deed_id, text=text)
    return redirect("moderation:bulk_deed", deed_id)

"""What is kept for authorities: a list for seniors, and what operators do with it."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import Invalid
from imagestudio.http.bytes import stream_response
from imagestudio.http.made import MadeChunks
from imagestudio.moderation.forms.legal import EXTENSIONS, HoldForm
from imagestudio.moderation.policies import Rank, rank_of
from imagestudio.moderation.services.legal.handing_over import hand_over
from imagestudio.moderation.services.legal.records import holds_page
from imagestudio.moderation.services.preserving import (
    extend_hold,
    hold_of,
    note_reference,
    release_hold,
)


@require_safe
@moderator_page
def holds(request: ModeratorRequest) -> HttpResponseBase:
    """Show what is kept for authorities, newest first."""
    found = holds_page(request.user, cursor=request.GET.get("cursor"))
    context = {"holds": found.rows, "next_cursor": found.next_cursor}
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_holds' if part else 'holds'}.html", context)


@require_safe
@moderator_page
def hold(request: ModeratorRequest, hold_id: UUID) -> HttpResponseBase:
    """Show one hold, and what can be done with it."""
    found = hold_of(request.user, hold_id)
    may_end = rank_of(request.user.site_role) >= Rank.OPERATOR
    form = HoldForm(initial={"reference": found.reference, "days": "365"})
    context = {"hold": found, "form": form, "may_end": may_end}
    return render(request, "moderation/hold.html", context)


@require_POST
@moderator_page
def change_hold(request: ModeratorRequest, hold_id: UUID) -> HttpResponseBase:
    """Note the number of the report to an authority, keep longer, or let go."""
    form = HoldForm(request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(str(error) for some in form.errors.values() for error in some))
    values, deed = form.cleaned_data, request.POST.get("deed", "")
    if deed == "reference":
        note_reference(moderator=request.user, hold_id=hold_id, reference=values["reference"])
        messages.success(request, "The number is noted.")
    elif deed == "extend" and values["days"] in EXTENSIONS:
        until = timezone.now() + timedelta(days=int(values["days"]))
        extend_hold(operator=request.user, hold_id=hold_id, until=until, text=values["text"])
        messages.success(request, "It is kept longer.")
    elif deed == "release":
        release_hold(operator=request.user, hold_id=hold_id, text=values["text"])
        messages.success(request, "Nothing is kept by this any more.")
    else:
        raise Invalid("Choose what to do.")
    return redirect("moderation:hold", hold_id)


@require_POST
@moderator_page
def export_hold(request: ModeratorRequest, hold_id: UUID) -> HttpResponseBase:
    """Give out all that is kept of one picture, for an authority; that is in the log, too."""
    text = request.POST.get("text", "").replace("\0", "")
    pieces = hand_over(operator=request.user, hold_id=hold_id, text=text)
    chunks = MadeChunks(pieces, on_close=lambda: None)
    name = f"case-{hold_id}.zip"
    return stream_response(request, chunks, mime="application/zip", filename=name)

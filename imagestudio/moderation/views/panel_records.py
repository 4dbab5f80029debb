"""What the panel remembers: the audit log, the bans, and people's histories."""

from typing import Literal, cast
from uuid import UUID

from django.contrib import messages
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.models import Trust
from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import Invalid
from imagestudio.http.bytes import stream_response
from imagestudio.http.made import MadeChunks
from imagestudio.moderation.forms.panel import LogForm
from imagestudio.moderation.policies import Rank, rank_of
from imagestudio.moderation.services import reporters
from imagestudio.moderation.services.banning import begin_again, cancel_sweep
from imagestudio.moderation.services.banning import lift_ban as lift_ban_of
from imagestudio.moderation.services.panel.records import (
    Banned,
    banned_of,
    bans_page,
    export,
    log_page,
    record_of,
)
from imagestudio.moderation.services.trust import change_trust

SWEEPING = {"running": begin_again, "cancelled": cancel_sweep}
MIMES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


@require_safe
@moderator_page
def audit(request: ModeratorRequest) -> HttpResponseBase:
    """Show the audit log, newest first."""
    form = LogForm(request.GET)
    found = log_page(request.user, form.wanted(), cursor=request.GET.get("cursor"))
    context = {
        "form": form,
        "entries": found.rows,
        "next_cursor": found.next_cursor,
        "query": query_of(request.GET),
    }
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_entries' if part else 'audit'}.html", context)


@require_POST
@moderator_page
def export_audit(request: ModeratorRequest) -> HttpResponseBase:
    """Give out the audit log, filtered as the page is, as a file; that is in the log, too."""
    form = request.POST.get("form", "")
    if form not in MIMES:
        raise Invalid("Choose CSV or JSON lines.")
    pieces = export(
        moderator=request.user,
        wanted=LogForm(request.POST).wanted(),
        form=cast(Literal["csv", "jsonl"], form),
    )
    name = f"audit-{timezone.now():%Y-%m-%d}.{form}"
    chunks = MadeChunks(pieces, on_close=lambda: None)
    return stream_response(request, chunks, mime=MIMES[form], filename=name)


def query_of(asked: QueryDict) -> str:
    """Return the filters of an address without the page, to put in front of a cursor."""
    kept = asked.copy()
    kept.pop("cursor", None)
    return f"{kept.urlencode()}&" if kept else ""


@require_safe
@moderator_page
def bans(request: ModeratorRequest) -> HttpResponseBase:
    """Show what is banned, and how far each is looked for."""
    found = bans_page(cursor=request.GET.get("cursor"))
    context = {
        "bans": found.rows,
        "next_cursor": found.next_cursor,
        "may_lift": may_lift(request),
    }
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_bans' if part else 'bans'}.html", context)


@require_POST
@moderator_page
def lift_ban(request: ModeratorRequest, ban_id: UUID) -> HttpResponseBase:
    """End a ban; pictures stay as they were decided."""
    lift_ban_of(moderator=request.user, ban_id=ban_id)
    messages.success(request, "The ban is lifted. Pictures stay as they were decided.")
    return redirect("moderation:bans")


@require_safe
@moderator_page
def ban(request: ModeratorRequest, ban_id: UUID) -> HttpResponseBase:
    """Show how far a ban is looked for: a line of the list, or all of it."""
    found = banned_of(ban_id)
    return ban_line(request, found) if request.htmx else redirect("moderation:bans")


@require_POST
@moderator_page
def sweep(request: ModeratorRequest, ban_id: UUID) -> HttpResponseBase:
    """Look for a ban in the whole store once more, or stop that."""
    asked = request.POST.get("state", "")
    if asked not in SWEEPING:
        raise Invalid("Choose whether to look for it.")
    SWEEPING[asked](moderator=request.user, ban_id=ban_id)
    return ban_line(request, banned_of(ban_id)) if request.htmx else redirect("moderation:bans")


def ban_line(request: ModeratorRequest, found: Banned) -> HttpResponseBase:
    """Return one line of the list of bans."""
    context = {"bans": [found], "may_lift": may_lift(request)}
    return render(request, "moderation/_bans.html", context)


def may_lift(request: ModeratorRequest) -> bool:
    """Say whether somebody may lift bans, and have them looked for."""
    return rank_of(request.user.site_role) >= Rank.SENIOR_MODERATOR


@require_safe
@moderator_page
def person(request: ModeratorRequest, user_id: UUID) -> HttpResponseBase:
    """Show what was decided about a person, and how their reports ended."""
    record = record_of(request.user, user_id)
    rank = rank_of(request.user.site_role)
    is_over = rank > rank_of(record.user.site_role)
    may_trust = is_over and rank >= Rank.SENIOR_MODERATOR  # and hear somebody again
    context = {
        "record": record,
        "may_mute": is_over,
        "may_trust": may_trust,
        "trusts": Trust.choices,
    }
    return render(request, "moderation/person.html", context)


@require_POST
@moderator_page
def mute(request: ModeratorRequest, user_id: UUID) -> HttpResponseBase:
    """Hear a person's reports no more."""
    text = request.POST.get("text", "").replace("\0", "")
    reporters.mute(moderator=request.user, user_id=user_id, text=text)
    return redirect("moderation:person", user_id)


@require_POST
@moderator_page
def unmute(request: ModeratorRequest, user_id: UUID) -> HttpResponseBase:
    """Hear a person's reports again."""
    text = request.POST.get("text", "").replace("\0", "")
    reporters.unmute(moderator=request.user, user_id=user_id, text=text)
    return redirect("moderation:person", user_id)


@require_POST
@moderator_page
def trust(request: ModeratorRequest, user_id: UUID) -> HttpResponseBase:
    """Trust a person with publishing, or no longer."""
    asked = request.POST.get("trust", "")
    if asked not in Trust.values:
        raise Invalid("Choose whether this person is trusted.")
    text = request.POST.get("text", "")
    change_trust(moderator=request.user, user_id=user_id, trust=Trust(asked), text=text)
    return redirect("moderation:person", user_id)

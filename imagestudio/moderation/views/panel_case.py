"""One case: everything about it, and what can be done with it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url, reswap, retarget

from imagestudio.accounts.pages import ModeratorRequest, moderator_page, refusal
from imagestudio.errors import Conflict, Invalid, StudioError
from imagestudio.http.problems import status_of
from imagestudio.moderation.exceptions import ActionNotOffered
from imagestudio.moderation.forms.panel import DecisionForm, uuid_from
from imagestudio.moderation.models import Case
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.banning import ban_picture, undo_decision
from imagestudio.moderation.services.cases import add_note, escalate
from imagestudio.moderation.services.claims import claim, release, skip, snooze
from imagestudio.moderation.services.notices import PATIENCE
from imagestudio.moderation.services.panel.dossier import (
    Dossier,
    called,
    case_of,
    dossier_of,
    undoable,
)
from imagestudio.moderation.services.panel.drafts import (
    decide_and_ban,
    open_about,
    outlook,
    preview,
)
from imagestudio.moderation.services.panel.queue import holder_of, next_case

SNOOZES = {"1": "an hour", "24": "a day", "168": "a week"}


@require_safe
@moderator_page
def case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Show a case, its picture covered."""
    found = case_of(request.user, case_id)
    return render(request, "moderation/case.html", shown(request, found))


@require_POST
@moderator_page
def decide_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Decide a case, and go on to the next one if that is wanted; else show it decided."""
    found = case_of(request.user, case_id)
    form = DecisionForm(request.POST, offered=offered(found, request.user))
    try:
        verdict = form.verdict()
        version = form.cleaned_data["version"]
        made = decide_and_ban(
            moderator=request.user,
            case_id=case_id,
            version=version,
            verdict=verdict,
            **form.bans_wanted,
        )
    except (Invalid, Conflict) as error:
        return again(request, case_id, error)
    if "next" in request.POST:
        return onward(request, decided=str(made.pk))
    return to_case(request, case_id, decided=str(made.pk))


@require_POST
@moderator_page
def preview_decision(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Show what the person would read if the case were decided like this."""
    found = case_of(request.user, case_id)
    form = DecisionForm(request.POST, offered=offered(found, request.user))
    context: dict[str, Any] = {}
    try:
        verdict = form.verdict()
        # With the reason alone it can be said what would add up, before there are any words.
        added = outlook(moderator=request.user, case_id=case_id, verdict=verdict)
        context = {"outlook": added}
        told = preview(moderator=request.user, case_id=case_id, verdict=verdict)
        context |= {"told": told, "is_silent": told is None}
    except (
        Invalid,
        ActionNotOffered,
    ) as error:  # or it was decided while the preview was asked for
        context |= {"lacks": str(error)}
    if request.htmx:
        return render(request, "moderation/_preview.html", context)
    context = {**shown(request, found, form=form), **context}
    return render(request, "moderation/case.html", context)


@require_POST
@moderator_page
def claim_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Take a case in hand, or keep it there; say who has it."""
    found = case_of(request.user, case_id)
    try:
        claim(moderator=request.user, case_id=case_id)
    except (Conflict, ActionNotOffered) as error:
        if not request.htmx:
            return refusal(request, error)
    return holder(request, found)


@require_POST
@moderator_page
def release_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Give a case back."""
    found = case_of(request.user, case_id)
    release(moderator=request.user, case_id=case_id)
    return holder(request, found)


def holder(request: ModeratorRequest, case: Case) -> HttpResponseBase:
    """Answer with who has a case in hand now."""
    if not request.htmx:
        return redirect("moderation:case", case.pk)
    now = case_of(request.user, case.pk)
    may_hold = bool(offered(now, request.user))
    context = {"case": now, "may_hold": may_hold, **holding(request, now)}
    return render(request, "moderation/_holder.html", context)


@require_POST
@moderator_page
def skip_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Leave a case to others, and go on to the next one."""
    case = case_of(request.user, case_id)
    skip(moderator=request.user, case_id=case_id)
    return onward(request, told=f"Skipped: {called(case)}.")


@require_POST
@moderator_page
def snooze_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Put a case off for some hours, and go on to the next one."""
    case = case_of(request.user, case_id)
    hours = request.POST.get("hours", "")
    if hours not in SNOOZES:
        raise Invalid("Choose for how long.")
    snooze(moderator=request.user, case_id=case_id, wait=timedelta(hours=int(hours)))
    return onward(request, told=f"Put off for {SNOOZES[hours]}: {called(case)}.")


@require_POST
@moderator_page
def escalate_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Leave a case to senior moderators, and go on to the next one."""
    case = case_of(request.user, case_id)
    version = request.POST.get("version", "")
    if not version.isdecimal() or len(version) > 9:
        raise Invalid("Reload the page, and try again.")
    escalate(
        moderator=request.user,
        case_id=case_id,
        version=int(version),
        text=request.POST.get("note", "")[:2000],
    )
    return onward(request, told=f"Left to senior moderators: {called(case)}.")


@require_POST
@moderator_page
def note_case(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Write a note for moderators."""
    case_of(request.user, case_id)
    text = request.POST.get("text", "").replace("\0", "")
    add_note(moderator=request.user, case_id=case_id, text=text)
    return redirect(f"{reverse('moderation:case', args=[case_id])}#timeline")


@require_POST
@moderator_page
def open_related(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Open a case on the person, or on the account, that a case is about."""
    about = request.POST.get("about", "")
    if about not in {Case.Kind.USER, Case.Kind.ACCOUNT}:
        raise Invalid("Choose what the case is to be about.")
    opened = open_about(moderator=request.user, case_id=case_id, about=Case.Kind(about))
    return redirect("moderation:case", opened.pk)


@require_POST
@moderator_page
def ban_bytes(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Ban the bytes of a picture that a decision hides from everybody, and its look if wished."""
    case_of(request.user, case_id)
    ban_picture(moderator=request.user, case_id=case_id, with_look=request.POST.get("look") == "on")
    messages.success(request, "It is banned. The whole store is being searched for it.")
    return redirect("moderation:case", case_id)


@require_POST
@moderator_page
def take_decision_back(request: ModeratorRequest, decision_id: UUID) -> HttpResponseBase:
    """Take a decision back, and show its case."""
    text = request.POST.get("text", "").replace("\0", "")[:2000]
    made = undo_decision(moderator=request.user, decision_id=decision_id, text=text)
    messages.success(request, "The decision was taken back.")
    return redirect("moderation:case", made.case_id)


def shown(
    request: ModeratorRequest, case: Case, *, form: DecisionForm | None = None, decided: str = ""
) -> dict[str, Any]:
    """Return what the page of a case shows; `decided` is the id of what was decided before."""
    dossier = dossier_of(case, request.user)
    key = uuid_from(decided or request.GET.get("decided", ""))
    return {
        "dossier": dossier,
        "case": case,
        "image": case.image,
        "form": form or new_form(dossier),
        "undo": undoable(request.user, key) if key else None,
        "patience": PATIENCE.seconds,
        "snoozes": SNOOZES.items(),
        "may_hold": bool(dossier.offered),
        **holding(request, case),
    }


def new_form(dossier: Dossier) -> DecisionForm:
    """Return the form of a decision as it is at first: with the reason that most reports name.

    Where somebody's strikes propose something, with that.
    """
    reasons = [one.report.reason for one in dossier.reports]
    likely = max(set(reasons), key=reasons.count) if reasons else ""
    bans = bool(likely) and Reason(likely).bans_copies
    initial: dict[str, Any] = {
        "version": dossier.case.version,
        "reason": likely,
        "bans": bans,
        "bans_look": bans and not dossier.is_plain,
    }
    proposal = dossier.proposal
    if proposal and proposal.stands and proposal.measure.action in dossier.offered:
        initial |= {
            "action": proposal.measure.action,
            "reason": proposal.reason,
            "facts": proposal.facts,
        }
    return DecisionForm(offered=dossier.offered, initial=initial)


def holding(request: ModeratorRequest, case: Case) -> dict[str, Any]:
    """Return who has a case in hand now, if anybody, and whether that is somebody else."""
    holder = holder_of(case)
    return {"holder": holder, "is_mine": holder == request.user, "moderator": request.user}


def again(request: ModeratorRequest, case_id: UUID, error: StudioError) -> HttpResponseBase:
    """Show a case as it is now, with what was typed, and what stands in the way."""
    now = case_of(request.user, case_id)
    data = request.POST.copy()
    data["version"] = str(now.version)
    kept = DecisionForm(data, offered=offered(now, request.user))
    context = {**shown(request, now, form=kept), "error": error}
    template = "moderation/_case.html" if request.htmx else "moderation/case.html"
    answer = render(request, template, context, status=status_of(error))
    return retarget(reswap(answer, "outerHTML"), "#case") if request.htmx else answer


def onward(request: ModeratorRequest, *, decided: str = "", told: str = "") -> HttpResponseBase:
    """Go on to the next case, taken in hand; to the queue when there is none. Say what was done."""
    following = next_case(moderator=request.user)
    if told and (following is None or not request.htmx):
        messages.success(request, told)
    if following is not None:
        return to_case(request, following.pk, decided=decided, told=told)
    address = reverse("moderation:queue")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def to_case(
    request: ModeratorRequest, case_id: UUID, *, decided: str = "", told: str = ""
) -> HttpResponseBase:
    """Go to a case: as a part in place of the one that the page shows, or as a page."""
    query = {"decided": decided} if decided else None
    address = reverse("moderation:case", args=[case_id], query=query)
    if not request.htmx:
        return redirect(address)
    found = case_of(request.user, case_id)
    context = {**shown(request, found, decided=decided), "done": told}
    answer: HttpResponse = render(request, "moderation/_case.html", context)
    return push_url(answer, reverse("moderation:case", args=[case_id]))

"""What was decided about a person, what they answer, and what came of what they reported."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.models import User
from imagestudio.accounts.pages import PersonRequest, person_page, refusal
from imagestudio.accounts.permissions import Deed, require
from imagestudio.accounts.services.access import membership_of
from imagestudio.errors import StudioError
from imagestudio.http import cursor
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import AppealInvalid, NoSuchDecision
from imagestudio.moderation.models import APPEAL_WINDOW, Notice, Report
from imagestudio.moderation.services import appeals, inbox
from imagestudio.moderation.services.cases import LONGEST
from imagestudio.moderation.services.notices import see_notice
from imagestudio.moderation.services.strikes.counting import count_of

PAGE = 40  # decisions, or reports


@require_safe
@person_page
def decisions(request: PersonRequest) -> HttpResponseBase:
    """Show what a person has been told, newest first."""
    page = cursor.page(
        Notice.objects.to(request.user).with_details(),
        by="made_at",
        cursor=request.GET.get("cursor"),
        limit=PAGE,
        of=f"notices of {request.user.pk}",
    )
    context = {
        "notices": page.rows,
        "next_cursor": page.next_cursor,
        "count": None if request.GET.get("cursor") else count_of(request.user, is_told=True),
    }
    is_more = request.htmx and request.GET.get("cursor")
    part = "moderation/_notices.html" if is_more else "moderation/decisions.html"
    return render(request, part, context)


@require_POST
@person_page
def see_all(request: PersonRequest) -> HttpResponseBase:
    """Note all of it as seen."""
    inbox.see_all(user=request.user)
    return redirect("moderation:decisions")


@require_safe
def decision(request: HttpRequest, decision_id: UUID) -> HttpResponseBase:
    """Show a decision to whom it is about: signed in, or by the key of their letter."""
    key = request.GET.get("key", "")
    if not key or is_about(request, decision_id):
        return own(request, decision_id)
    try:
        notice = inbox.notice_behind(key=key, decision_id=decision_id)
    except NoSuchDecision as error:
        return no_key(request, error)
    return by_key(request, notice, key)


@person_page
def own(request: PersonRequest, decision_id: UUID) -> HttpResponseBase:
    """Show a decision on a page of the studio; it counts as seen from now on."""
    notice = see_notice(user=request.user, decision_id=decision_id)
    return page_of(request, notice)


@require_POST
def appeal(request: HttpRequest, decision_id: UUID) -> HttpResponseBase:
    """Take an objection, and say what happens next."""
    key = request.POST.get("key", "")
    if not key or is_about(request, decision_id):
        return own_appeal(request, decision_id)
    try:
        notice = inbox.notice_behind(key=key, decision_id=decision_id)
        appeals.appeal(user=notice.user, decision_id=decision_id, text=text_of(request))
    except AppealInvalid as error:
        return by_key(request, notice, key, error)
    except NoSuchDecision as error:
        return no_key(request, error)
    except StudioError as error:
        return refusal(request, error)
    return render(request, "moderation/objected.html")


def own_appeal(request: HttpRequest, decision_id: UUID) -> HttpResponseBase:
    """Take the objection of somebody who is signed in; whoever is not comes back to the form."""
    address = reverse("moderation:decision", args=[decision_id])
    if not request.user.is_authenticated:
        return redirect_to_login(address)
    mine = cast(PersonRequest, request)
    try:
        appeals.appeal(user=mine.user, decision_id=decision_id, text=text_of(request))
    except AppealInvalid as error:
        return page_of(mine, see_notice(user=mine.user, decision_id=decision_id), error)
    except StudioError as error:
        return refusal(request, error)
    messages.success(request, "Your objection has arrived. You will be told what comes of it.")
    return redirect(address)


@require_safe
@person_page
def reports(request: PersonRequest) -> HttpResponseBase:
    """Show what a person has reported, and what came of it."""
    page = cursor.page(
        Report.objects.made_by(request.user).select_related("case"),
        by="at",
        cursor=request.GET.get("cursor"),
        limit=PAGE,
        of=f"reports of {request.user.pk}",
    )
    public = inbox.still_public(page.rows)
    context = {"reports": page.rows, "public": public, "next_cursor": page.next_cursor}
    is_more = request.htmx and request.GET.get("cursor")
    part = "moderation/_reports.html" if is_more else "moderation/reports.html"
    return render(request, part, context)


def page_of(
    request: PersonRequest, notice: Notice, error: AppealInvalid | None = None
) -> HttpResponseBase:
    """Return the page of a decision, with what is wrong with an objection."""
    context = {"image": tile_of(request.user, notice), **shown(request, notice, error)}
    return render(request, "moderation/decision.html", context, status=422 if error else 200)


def by_key(
    request: HttpRequest, notice: Notice, key: str, error: AppealInvalid | None = None
) -> HttpResponseBase:
    """Return the text of a decision to whoever holds the key of its letter, and nothing else."""
    context = {"key": key, **shown(request, notice, error)}
    return render(request, "moderation/letter.html", context, status=422 if error else 200)


def no_key(request: HttpRequest, error: NoSuchDecision) -> HttpResponseBase:
    """Answer a key that opens nothing: the same for all of them."""
    return render(request, "moderation/no_letter.html", {"detail": str(error)}, status=404)


def shown(request: HttpRequest, notice: Notice, error: AppealInvalid | None) -> dict[str, Any]:
    """Return what both pages of a decision show."""
    decision = notice.decision
    return {
        "notice": notice,
        "decision": decision,
        "objection": getattr(decision, "appeal", None),
        "reversal": getattr(decision, "reversal", None),
        "may_object": not appeals.why_not(decision),
        "until": decision.at + APPEAL_WINDOW,
        "longest": LONGEST,  # characters
        "error": error,
        "text": text_of(request) if error else "",
    }


def tile_of(user: User, notice: Notice) -> Image | None:
    """Return the picture that a decision is about, where its person may still see it."""
    image = notice.decision.case.image
    if image is None:
        return None
    try:
        membership = membership_of(user=user, slug=image.account.slug)
        require(Deed.SEE, membership)
    except StudioError:  # of a team that they have left, or that is closed or suspended
        return None
    mine = Image.objects.owned_by(membership.account).kept().select_related("account", "file")
    return mine.filter(pk=image.pk).first()


def is_about(request: HttpRequest, decision_id: UUID) -> bool:
    """Say whether somebody is signed in whom this decision is about."""
    user = request.user
    return isinstance(user, User) and Notice.objects.to(user).filter(decision=decision_id).exists()


def text_of(request: HttpRequest) -> str:
    """Return what somebody wrote, without what no text can hold."""
    return request.POST.get("text", "").replace("\0", "").replace("\r\n", "\n")

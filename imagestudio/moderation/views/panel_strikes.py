"""Plans of strikes: the list, one with its simulation and the people in it, and the switch."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import Conflict, Invalid, StudioError
from imagestudio.http.problems import status_of
from imagestudio.moderation.forms.panel import uuid_from
from imagestudio.moderation.forms.strikes import PlanForm
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.panel.strikes import (
    may_change,
    people_page,
    plan_of,
    plan_page,
)
from imagestudio.moderation.services.strikes.plans import (
    FIRST,
    draft_plan,
    switch_off,
    switch_on,
    terms_of,
)
from imagestudio.moderation.services.strikes.simulating import begin_simulation

SWITCHES = {"on": (switch_on, "in force"), "off": (switch_off, "switched off")}


@require_safe
@moderator_page
def plans(request: ModeratorRequest) -> HttpResponseBase:
    """Show all plans, newest first."""
    found = plan_page(cursor=request.GET.get("cursor"))
    context = {
        "plans": found.rows,
        "next_cursor": found.next_cursor,
        "may_change": may_change(request.user),
    }
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_plans' if part else 'plans'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_page
def new_plan(request: ModeratorRequest) -> HttpResponseBase:
    """Make a new plan, a draft; the form begins with what another one says (`?from=`)."""
    require_rank(Rank.SENIOR_MODERATOR, request.user)
    other = uuid_from(request.GET.get("from", ""))
    terms = terms_of(plan_of(request.user, other).plan) if other else FIRST
    if request.method != "POST":
        return render(request, "moderation/plan_new.html", {"form": PlanForm(terms=terms)})
    form = PlanForm(request.POST, terms=terms)
    try:
        made = draft_plan(moderator=request.user, terms=form.terms())
    except Invalid as error:
        context = {"form": form, "error": error}
        return render(request, "moderation/plan_new.html", context, status=status_of(error))
    return redirect("moderation:strike_plan", made.pk)


@require_safe
@moderator_page
def plan(request: ModeratorRequest, plan_id: UUID) -> HttpResponseBase:
    """Show what a plan says, and what its newest simulation says."""
    return shown(request, plan_id)


@require_POST
@moderator_page
def simulate(request: ModeratorRequest, plan_id: UUID) -> HttpResponseBase:
    """Run a plan over all that was decided so far."""
    begin_simulation(moderator=request.user, plan_id=plan_id)
    return part(request, plan_id) if request.htmx else redirect("moderation:strike_plan", plan_id)


@require_safe
@moderator_page
def simulation(request: ModeratorRequest, plan_id: UUID) -> HttpResponseBase:
    """Show how far the newest simulation of a plan is: a part of its page."""
    return part(request, plan_id)


@require_safe
@moderator_page
def people(request: ModeratorRequest, plan_id: UUID) -> HttpResponseBase:
    """Show who would have come to at least so many points (`?least=`) by a plan."""
    text = request.GET.get("least", "1")
    if not text.isdecimal() or len(text) > 6:
        raise Invalid("Name a number of points.")
    found = people_page(request.user, plan_id, least=int(text), cursor=request.GET.get("cursor"))
    context = {
        "plan": found.plan,
        "rows": found.rows,
        "least": int(text),
        "query": f"least={int(text)}&",
        "next_cursor": found.next_cursor,
    }
    is_part = request.htmx and request.GET.get("cursor")
    name = "_plan_people" if is_part else "plan_people"
    return render(request, f"moderation/{name}.html", context)


@require_POST
@moderator_page
def switch(request: ModeratorRequest, plan_id: UUID) -> HttpResponseBase:
    """Put a plan in force, in place of the one before, or out of it."""
    asked = request.POST.get("switch", "")
    if asked not in SWITCHES:
        raise Invalid("Choose whether the plan is to be in force.")
    deed, words = SWITCHES[asked]
    try:
        made = deed(moderator=request.user, plan_id=plan_id)
    except Conflict as error:
        return shown(request, plan_id, error=error)
    messages.success(request, f"{made} is {words}.")
    return redirect("moderation:strike_plan", plan_id)


def shown(
    request: ModeratorRequest, plan_id: UUID, *, error: StudioError | None = None
) -> HttpResponseBase:
    """Answer with the page of a plan, and with what stands in the way of something."""
    context: dict[str, Any] = {**known(request, plan_id), "error": error}
    status = status_of(error) if error else None
    return render(request, "moderation/plan.html", context, status=status)


def part(request: ModeratorRequest, plan_id: UUID) -> HttpResponseBase:
    """Answer with the simulation of a plan."""
    return render(request, "moderation/_simulation.html", known(request, plan_id))


def known(request: ModeratorRequest, plan_id: UUID) -> dict[str, Any]:
    """Return what is shown of a plan."""
    found = plan_of(request.user, plan_id)
    return {"shown": found, "plan": found.plan, "simulation": found.simulation}

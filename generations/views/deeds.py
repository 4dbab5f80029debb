"""One generation as a part of a page, and what a person can do with it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from generations.composer import as_key
from generations.exceptions import NoSuchGeneration
from generations.models import OPEN_STATES, Generation, State
from generations.services import deeds
from generations.tiles import tiles_of
from generations.work import counted
from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import StudioError
from imagestudio.http.problems import status_of
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.services import refusals_noted
from imagestudio.money.spending.months import way_to_ask

DEEDS: Mapping[str, Callable[..., Generation]] = {
    "cancel": deeds.cancel,
    "retry": deeds.retry,
    "dismiss": deeds.dismiss,
}
MOST_OUTLOOKS = 150  # in one answer: a page shows no more that are open
TEMPLATES = {"tile": "generations/_tile.html", "row": "generations/_row.html"}


@require_safe
@account_page
def tile(request: AccountRequest, generation_id: UUID, shape: str) -> HttpResponseBase:
    """Show a generation as it stands now, as a tile or as a row of Activity."""
    return part(request, generation_id, shape)


@require_POST
@account_page
def act(request: AccountRequest, generation_id: UUID, deed: str) -> HttpResponseBase:
    """Cancel, retry (also: run again) or dismiss a generation."""
    if deed not in DEEDS:
        raise Http404
    shape = request.POST.get("shape", "tile")
    try:
        with refusals_noted():
            DEEDS[deed](membership=request.membership, generation_id=generation_id)
    except BudgetExceeded as error:
        if request.htmx:
            return unaffordable(request, error)
        messages.error(request, str(error))
    except StudioError as error:
        if request.htmx:
            raise
        messages.error(request, str(error))
    if request.htmx:
        return part(request, generation_id, shape)
    page = "generations:activity" if shape == "row" else "generations:create"
    return redirect(page, slug=request.membership.account.slug)


def unaffordable(request: AccountRequest, error: BudgetExceeded) -> HttpResponse:
    """Return a notice that says what is left, with the way to ask for more."""
    context = {"error": error, **way_to_ask(request.membership, error)}
    notice = render(request, "generations/_unaffordable.html", context, status=status_of(error))
    return retarget(reswap(notice, "beforeend"), "#notices")


def part(request: AccountRequest, generation_id: UUID, shape: str) -> HttpResponseBase:
    """Return one generation's part; nothing for a tile that is to go away."""
    generation = found(account=request.membership.account, generation_id=generation_id)
    is_unlisted = generation.image is not None and generation.picture is None
    gone = is_unlisted or generation.state == State.CANCELLED or generation.dismissed_at is not None
    if shape != "row" and gone:
        return HttpResponse()
    return render(
        request,
        TEMPLATES.get(shape, TEMPLATES["tile"]),
        {
            "tile": tiles_of([generation])[0],
            "keeps_shape": True,
            "may_make": allows(Deed.GENERATE, request.membership),
        },
    )


def found(*, account: Account, generation_id: UUID) -> Generation:
    """Return an account's generation with its details. Raises NoSuchGeneration."""
    rows = Generation.objects.owned_by(account).with_details()
    generation = rows.filter(pk=generation_id).first()
    if generation is None:
        raise NoSuchGeneration("There is no such generation in this account.")
    return generation


@require_safe
@account_page
def outlooks(request: AccountRequest) -> HttpResponseBase:
    """Show anew what can be expected of the generations in the query that have not ended yet."""
    keys = [key for key in map(as_key, request.GET.getlist("id")[:MOST_OUTLOOKS]) if key]
    rows = Generation.objects.owned_by(request.membership.account).with_details()
    tiles = tiles_of(rows.filter(pk__in=keys, state__in=OPEN_STATES))
    context = {"tiles": tiles, "shape": request.GET.get("shape", "tile")}
    return render(request, "generations/_outlooks.html", context)


@require_safe
@account_page
def work(request: AccountRequest) -> HttpResponseBase:
    """Show the two small numbers of the frame anew."""
    return render(request, "generations/_work.html", counted(request.membership.account))

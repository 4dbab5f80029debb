"""Create: the newest pictures, and the composer that asks for new ones."""

import json
from collections.abc import Mapping, Sequence
from hashlib import file_digest
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget

from generations.composer import Chosen, Start, chosen_sources, price_of, remarks, start_from
from generations.forms import ROLES, ComposerForm, kept_sources
from generations.models import Generation, State
from generations.services.requests import checked
from generations.tiles import tiles_of
from imagestudio.accounts.exceptions import IdempotencyMismatch
from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.accounts.services.idempotency import Reply, once
from imagestudio.errors import StudioError
from imagestudio.events.news import last_number
from imagestudio.http import cursor
from imagestudio.http.problems import status_of
from imagestudio.money.spending.months import way_to_ask

PAGE = 40  # tiles
SENT_BEFORE = "This was sent a moment ago in other words. Send it again to make one more."


def shown(account: Account) -> QuerySet[Generation, Generation]:
    """Return what stands on the Create page: pictures, and what is to become one or has failed."""
    rows = Generation.objects.owned_by(account).newest_first().with_details()
    gone = Q(image__isnull=False, image__is_listed=False)
    return rows.filter(dismissed_at=None).exclude(state=State.CANCELLED).exclude(gone)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def create(request: AccountRequest) -> HttpResponseBase:
    """Show the page, or ask for the pictures that the composer describes."""
    if request.method == "POST":
        return submit(request)
    if request.htmx and request.GET.get("cursor"):
        return render(request, "generations/_more.html", tiles(request))
    start = start_from(account=request.membership.account, asked=request.GET)
    return page(request, form=ComposerForm(initial=start.initial), start=start)


def page(
    request: AccountRequest,
    *,
    form: ComposerForm,
    start: Start,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return the whole page around a composer."""
    context = {
        **(more or {}),
        **tiles(request),
        **composer(form, account=request.membership.account, sources=start.sources),
        "mode": start.mode,
        "sets_parameters": "model" in start.initial,
        "last_seq": last_number(request.membership.account.pk),
        "may_make": allows(Deed.GENERATE, request.membership),
    }
    return render(request, "generations/create.html", context, status=status)


def tiles(request: AccountRequest) -> dict[str, Any]:
    """Return a page of tiles, newest first."""
    account, after = request.membership.account, request.GET.get("cursor")
    listed = f"tiles of {account.pk}"
    found = cursor.page(shown(account), by="requested_at", cursor=after, limit=PAGE, of=listed)
    return {"tiles": tiles_of(found.rows), "next_cursor": found.next_cursor}


def composer(form: ComposerForm, *, account: Account, sources: Sequence[Chosen]) -> dict[str, Any]:
    """Return what the composer's own template needs."""
    asked = {name: form[name].value() for name in form.fields}
    return {
        "form": form,
        "sources": sources,
        "roles": ROLES,
        "model": form.chosen,
        "remarks": remarks(form.chosen, asked),
        "price": price_of(form.draft(sources=len(sources)), account=account),
        "key": uuid4().hex,
        "most_bytes": settings.MAX_UPLOAD_BYTES,
    }


def submit(request: AccountRequest) -> HttpResponse:
    """Make one batch of the composer's wish, once for each key of the form."""
    account = request.membership.account
    form = ComposerForm(request.POST, request.FILES)
    reply = None
    if form.is_valid():
        try:
            with checked(membership=request.membership, wish=form.wish()) as make:
                reply = once(
                    membership=request.membership,
                    route="composer",
                    key=form.cleaned_data["key"] or None,
                    request=asked_for(request),
                    deed=lambda: Reply(200, {"batch": str(make().pk)}),
                )
        except IdempotencyMismatch as error:
            form.add_error(None, SENT_BEFORE)
            return refused(request, form, status=status_of(error), key=uuid4().hex)
        except StudioError as error:
            form.blame(error)
            return refused(request, form, status=status_of(error), because=error)
    if reply is None:
        return refused(request, form, status=422)
    if not request.htmx:
        return redirect("generations:create", slug=account.slug)
    # A repeat gets the same tiles, because the first answer may have been lost, and a new key.
    made = shown(account).filter(batch=UUID(str(reply.body["batch"])))
    context = {"tiles": tiles_of(made), "key": uuid4().hex}
    return render(request, "generations/_made.html", context)


def asked_for(request: AccountRequest) -> bytes:
    """Return what must be equal for a second request to be the same one."""
    fields = {
        name: values
        for name, values in sorted(request.POST.lists())
        if name not in {"csrfmiddlewaretoken", "key"}
    }
    files = [[file.name, fingerprint(file)] for file in request.FILES.getlist("files")]
    return json.dumps([fields, files]).encode()


def refused(
    request: AccountRequest,
    form: ComposerForm,
    *,
    status: int,
    key: str = "",
    because: StudioError | None = None,
) -> HttpResponse:
    """Show the composer again with what is wrong; nothing was stored and no money is held.

    `key` is a new one for the form, where the old one is used up. Where money is the reason, the
    way to ask for more stands beside it.
    """
    asking = way_to_ask(request.membership, because)
    if request.htmx:
        context = {"form": form, "key": key, **asking}
        words = render(request, "generations/_composer_errors.html", context, status=status)
        return retarget(reswap(words, "innerHTML"), "#composer-errors")
    try:
        wishes = kept_sources(request.POST)
    except StudioError:
        wishes = []
    sources = chosen_sources(account=request.membership.account, wishes=wishes)
    return page(request, form=form, start=Start(sources=sources), status=status, more=asking)


def fingerprint(file: "UploadedFile[Any]") -> str:
    """Return what tells the bytes of an uploaded file from others."""
    file.seek(0)
    return file_digest(file, "sha256").hexdigest()

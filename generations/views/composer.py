"""Parts of the composer that the server draws: menus, sources, the price, what will be sent."""

from django.core.files.uploadedfile import UploadedFile
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generations.composer import (
    Chosen,
    chosen_sources,
    price_of,
    remarks,
    sent_input,
    sent_sources,
)
from generations.forms import CHOICES, ROLES, ComposerForm, kept_sources, received
from generations.history import last_prompts
from generations.models import Preset, SourceSet
from generations.services.requests import check, library_images
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import Invalid, StudioError
from imagestudio.http.problems import status_of
from imagestudio.library.services.uploads import add_upload

LONGEST_SEARCH = 200  # characters


@require_safe
@account_page
def parameters(request: AccountRequest) -> HttpResponseBase:
    """Show the menus of the model in the query, with the other values kept where it has them."""
    names = [name for name in ("model", "count", *CHOICES) if name in request.GET]
    form = ComposerForm(initial={name: request.GET[name] for name in names})
    asked = {name: request.GET.get(name) for name in names}
    return render(
        request,
        "generations/_parameters.html",
        {"form": form, "model": form.chosen, "remarks": remarks(form.chosen, asked)},
    )


@require_POST
@account_page
def price(request: AccountRequest) -> HttpResponseBase:
    """Show what the button says: the verb, and the estimate for all pictures asked for."""
    form = ComposerForm(request.POST)
    draft = form.draft(sources=len(request.POST.getlist("source")))
    return render(
        request,
        "generations/_price.html",
        {"price": price_of(draft, account=request.membership.account)},
    )


@require_POST
@account_page
def preview(request: AccountRequest) -> HttpResponseBase:
    """Show what will be sent: prompt, parameters, sources in their order, price."""
    form = ComposerForm(request.POST)
    context: dict[str, object] = {"form": form}
    try:
        if not form.is_valid():
            raise Invalid
        wish = form.wish()
        check(wish)
        library_images(account=request.membership.account, sources=wish.sources)
        sources = chosen_sources(account=request.membership.account, wishes=wish.sources)
        context |= {
            "wish": wish,
            "model": form.chosen,
            "input": sent_input(wish),
            "sent": sent_sources(sources=sources, prompt=wish.prompt),
            "price": price_of(wish, account=request.membership.account),
        }
    except Invalid as error:
        form.blame(error)
    return render(request, "generations/_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def sources(request: AccountRequest) -> HttpResponseBase:
    """Show the thumbnails of images chosen as sources; take an upload and show its thumbnail."""
    if request.method == "POST":
        return upload(request)
    chosen = chosen_sources(account=request.membership.account, wishes=kept_sources(request.GET))
    return thumbnails(request, chosen)


@require_safe
@account_page
def prompts(request: AccountRequest) -> HttpResponseBase:
    """Show the presets, and what the person asked for lately; only those with the words `q`."""
    is_search = "q" in request.GET
    template = "generations/_prompts_found.html" if is_search else "generations/_prompts.html"
    return render(request, template, kept_prompts(request))


def kept_prompts(request: AccountRequest, *, saved: str = "") -> dict[str, object]:
    """Return the prompts that a person can begin with; `saved` names a preset that is new."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "")
    kept = Preset.objects.owned_by(request.membership.account).kept().saying(words).by_name()
    used = last_prompts(request.membership, words=words)
    return {
        "presets": kept,
        "used": used,
        "words": words,
        "saved": saved,
        "may_change": allows(Deed.CHANGE_LIBRARY, request.membership),
    }


@require_safe
@account_page
def source_sets(request: AccountRequest) -> HttpResponseBase:
    """Show the sets of sources to add."""
    return render(request, "generations/_sets.html", kept_sets(request))


def kept_sets(request: AccountRequest, *, saved: str = "") -> dict[str, object]:
    """Return the source sets of the account; `saved` names one that is new."""
    return {
        "sets": SourceSet.objects.owned_by(request.membership.account)
        .kept()
        .by_name()
        .with_items(),
        "saved": saved,
        "may_change": allows(Deed.CHANGE_LIBRARY, request.membership),
    }


def upload(request: AccountRequest) -> HttpResponseBase:
    """Put an uploaded picture into the library; an error is words in the thumbnail's place."""
    file = request.FILES.get("file")
    try:
        if not isinstance(file, UploadedFile):
            raise Invalid("Choose a picture to upload.")
        added = add_upload(membership=request.membership, received=received(file))
    except StudioError as error:
        context = {"words": str(error), "name": file.name if file else ""}
        return render(request, "generations/_source_error.html", context, status=status_of(error))
    return thumbnails(request, [Chosen(added.image.pk, added.image)])


def thumbnails(request: AccountRequest, chosen: list[Chosen]) -> HttpResponseBase:
    """Return the list items of some sources."""
    return render(request, "generations/_sources.html", {"sources": chosen, "roles": ROLES})

"""What an account keeps to begin with: presets and source sets, saved, changed, removed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from generations.composer import as_key
from generations.forms import NameForm, PresetForm, kept_sources
from generations.models import Preset, SourceSet
from generations.services import kept, presets, source_sets
from generations.services.kept import Kept
from generations.views.composer import kept_prompts, kept_sets
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import Conflict, FieldError, Invalid, StudioError
from imagestudio.http.problems import status_of

Act = Callable[[AccountRequest, UUID], object]


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def preset_list(request: AccountRequest) -> HttpResponseBase:
    """Show what the account keeps; save a preset, from the composer too."""
    if request.method != "POST":
        return page(request)
    form = PresetForm(request.POST)
    try:
        preset = presets.save_preset(membership=request.membership, **checked(form))
    except (Invalid, Conflict) as error:
        return refused(request, error, at="#preset-errors", new=form)
    if request.htmx:
        context = kept_prompts(request, saved=preset.name)
        return render(request, "generations/_prompts_found.html", context)
    messages.success(request, f"“{preset.name}” is saved.")
    return redirect("generations:presets", slug=request.membership.account.slug)


@require_POST
@account_page
def save_set(request: AccountRequest) -> HttpResponseBase:
    """Save the composer's sources as a set."""
    try:
        made = source_sets.save_source_set(
            membership=request.membership,
            name=checked(NameForm(request.POST))["name"],
            sources=kept_sources(request.POST),
        )
    except (Invalid, Conflict) as error:
        return refused(request, error, at="#set-errors")
    if request.htmx:
        return render(request, "generations/_sets_found.html", kept_sets(request, saved=made.name))
    messages.success(request, f"“{made.name}” is saved.")
    return redirect("generations:presets", slug=request.membership.account.slug)


def change_preset(request: AccountRequest, key: UUID) -> object:
    """Give a preset the name and prompt of the form."""
    wanted = checked(PresetForm(request.POST))
    return presets.change_preset(
        membership=request.membership, preset_id=key, name=wanted["name"], prompt=wanted["prompt"]
    )


def rename_set(request: AccountRequest, key: UUID) -> object:
    """Give a source set the name of the form."""
    name = checked(NameForm(request.POST))["name"]
    return source_sets.rename_source_set(
        membership=request.membership, source_set_id=key, name=name
    )


@require_POST
@account_page
def act_on_preset(request: AccountRequest, preset_id: UUID, deed: str) -> HttpResponseBase:
    """Change, remove or restore a preset."""
    return acted(request, Preset, change_preset, deed, preset_id)


@require_POST
@account_page
def act_on_set(request: AccountRequest, source_set_id: UUID, deed: str) -> HttpResponseBase:
    """Rename, remove or restore a source set."""
    return acted(request, SourceSet, rename_set, deed, source_set_id)


def acted(
    request: AccountRequest, rows: type[Kept], change: Act, deed: str, key: UUID
) -> HttpResponseBase:
    """Do a deed with one of these rows; lead back to the page, where removing can be undone.

    What was typed and is refused stands in its place again, with the reason.
    """
    address = reverse("generations:presets", kwargs={"slug": request.membership.account.slug})
    try:
        if deed == "remove":
            gone = kept.remove(rows, membership=request.membership, key=key)
            address += f"?removed_{gone.kind}={key}"
        elif deed == "restore":
            kept.restore(rows, membership=request.membership, key=key)
        elif deed == "change":
            change(request, key)
        else:
            raise Http404
    except (Invalid, Conflict) as error:
        return page(request, status=status_of(error), wrong=key, reason=error, typed=request.POST)
    return redirect(address)


def checked(form: forms.Form) -> dict[str, Any]:
    """Return the values of a form as the services take them. Raises Invalid."""
    if not form.is_valid():
        fields = [
            FieldError(name, "invalid", str(one))
            for name, all_ in form.errors.items()
            for one in all_
        ]
        raise Invalid(" ".join(one.message for one in fields), fields=fields)
    return form.wanted() if isinstance(form, PresetForm) else form.cleaned_data


def refused(
    request: AccountRequest, error: StudioError, *, at: str, **context: Any
) -> HttpResponse:
    """Say why something was not saved: in the composer's dialog, or on the page."""
    if request.htmx:
        words = render(request, "generations/_refused.html", {"error": error})
        words.status_code = status_of(error)
        return retarget(reswap(words, "innerHTML"), at)
    return page(request, status=status_of(error), reason=error, **context)


def page(request: AccountRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return the page of all that the account keeps to begin with."""
    account = request.membership.account
    everything = {
        "new": PresetForm(),
        "presets": Preset.objects.owned_by(account).kept().by_name().select_related("made_by"),
        "sets": SourceSet.objects.owned_by(account).kept().by_name().with_items(),
        "removed": removed(request),
        "may_change": allows(Deed.CHANGE_LIBRARY, request.membership),
        "may_make": allows(Deed.GENERATE, request.membership),
    }
    return render(request, "generations/presets.html", everything | context, status=status)


def removed(request: AccountRequest) -> Preset | SourceSet | None:
    """Return what was just removed, so that it can be put back."""
    account = request.membership.account
    key = as_key(request.GET.get("removed_preset"))
    if key:
        return Preset.objects.owned_by(account).removed().filter(pk=key).first()
    key = as_key(request.GET.get("removed_set"))
    return SourceSet.objects.owned_by(account).removed().filter(pk=key).first() if key else None

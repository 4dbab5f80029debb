"""Looks into private libraries: the list, a new one, and what is seen in one."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imagestudio.accounts.pages import (
    ModeratorRequest,
    has_fresh_factor,
    moderator_page,
    second_factor_asked,
    way_to_confirm,
)
from imagestudio.connections import release_connections
from imagestudio.errors import Denied, Invalid, StudioError
from imagestudio.http.bytes import bytes_response
from imagestudio.http.problems import status_of
from imagestudio.library import storage
from imagestudio.library.imaging import RENDITION_MIME
from imagestudio.moderation.exceptions import AlreadyLooking
from imagestudio.moderation.forms.looks import FindingForm, LeafForm, LookForm
from imagestudio.moderation.forms.panel import uuid_from
from imagestudio.moderation.models import Look
from imagestudio.moderation.services.looks import seeing
from imagestudio.moderation.services.looks.beginning import (
    begin_look,
    end_look,
    may_delay,
    require_looker,
)
from imagestudio.moderation.services.looks.seeing import look_of
from imagestudio.moderation.services.looks.telling import looks_page
from imagestudio.moderation.views.panel_pictures import FRESH
from imagestudio.moderation.views.panel_records import query_of


@require_safe
@moderator_page
def looks(request: ModeratorRequest) -> HttpResponseBase:
    """Show all looks into private libraries, newest first."""
    found = looks_page(request.user, cursor=request.GET.get("cursor"))
    context = {"rows": found.rows, "next_cursor": found.next_cursor, "moderator": request.user}
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_looks' if part else 'looks'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_page
def new_look(request: ModeratorRequest) -> HttpResponseBase:
    """Begin a look, once the second factor was confirmed in the last minutes."""
    require_looker(request.user)
    delays = may_delay(request.user)
    if request.method != "POST":
        asked = second_factor_asked(request, request.user, is_fresh=True)
        if asked is not None:
            return asked
        initial: dict[str, Any] = {"account": request.GET.get("account", "")[:60]}
        initial |= {name: uuid_from(request.GET.get(name, "")) for name in ("person", "case")}
        form = LookForm(may_delay=delays, initial=initial)
        return render(request, "moderation/look_new.html", {"form": form})
    form = LookForm(request.POST, may_delay=delays)
    if not has_fresh_factor(request, request.user):
        context = {"form": form, "way": reverse(way_to_confirm(request.user))}
        return render(request, "moderation/look_new.html", context, status=403)
    try:
        look = begin_look(moderator=request.user, wish=form.wish())
    except AlreadyLooking as error:
        messages.info(request, "You are looking into this library already.")
        return redirect("moderation:look", UUID(str(error.extra["look_id"])))
    except (Invalid, Denied) as error:
        context = {"form": form, "error": error}
        return render(request, "moderation/look_new.html", context, status=status_of(error))
    return redirect("moderation:look", look.pk)


@require_safe
@moderator_page
def look(request: ModeratorRequest, look_id: UUID) -> HttpResponseBase:
    """Show a page of the library: covered pictures with their prompts."""
    mine = look_of(request.user, look_id)
    form = LeafForm(request.GET)
    found = seeing.leaf(look=mine, wanted=form.wanted(), cursor=request.GET.get("cursor"))
    context = {
        "look": mine,
        "form": form,
        "images": found.images,
        "next_cursor": found.next_cursor,
        "query": query_of(request.GET),
    }
    return render(request, "moderation/look.html", context)


@require_POST
@moderator_page
def end(request: ModeratorRequest, look_id: UUID) -> HttpResponseBase:
    """End a look before its time."""
    end_look(moderator=request.user, look_id=look_id)
    messages.success(request, "The look has ended. The account's owners are told as it says.")
    return redirect("moderation:looks")


@require_safe
@moderator_page
def picture(request: ModeratorRequest, look_id: UUID, image_id: UUID) -> HttpResponseBase:
    """Show one picture of the library, covered, with its words."""
    return shown(request, look_of(request.user, look_id), image_id)


@require_safe
@moderator_page
def covered(request: ModeratorRequest, look_id: UUID, image_id: UUID) -> HttpResponseBase:
    """Return the cover of a picture."""
    made = seeing.covered_picture(look=look_of(request.user, look_id), image_id=image_id)
    release_connections()
    return bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, made.key),
        size=made.bytes,
        mime=RENDITION_MIME,
        etag=str(made.pk),
        max_age=FRESH,
    )


@require_POST
@moderator_page
def uncover(request: ModeratorRequest, look_id: UUID, image_id: UUID) -> HttpResponseBase:
    """Show a picture: that it was looked at is in the log before it is seen."""
    mine = look_of(request.user, look_id)
    key = seeing.reveal(look=mine, image_id=image_id)
    address = reverse("moderation:look_bytes", args=[look_id, image_id], query={"key": key})
    if request.htmx:
        image = seeing.picture_of(mine, image_id)
        context = {"look": mine, "image": image, "address": address}
        return render(request, "moderation/_look_picture.html", context)
    return shown(request, mine, image_id, address=address)


@require_safe
@moderator_page
def clear(request: ModeratorRequest, look_id: UUID, image_id: UUID) -> HttpResponseBase:
    """Return the bytes of a picture that this moderator has just asked to see."""
    made = seeing.clear_picture(
        look=look_of(request.user, look_id), image_id=image_id, key=request.GET.get("key", "")
    )
    release_connections()
    answer = bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, made.key),
        size=made.bytes,
        mime=RENDITION_MIME,
        etag=f"{look_id}-{image_id}-clear",
    )
    answer["Cache-Control"] = "private, no-store, no-transform"
    return answer


@require_POST
@moderator_page
def open_case(request: ModeratorRequest, look_id: UUID, image_id: UUID) -> HttpResponseBase:
    """Open a case on a picture, and show it."""
    mine = look_of(request.user, look_id)
    form = FindingForm(request.POST)
    try:
        case = seeing.open_case_on(look=mine, image_id=image_id, **form.values())
    except Invalid as error:
        return shown(request, mine, image_id, form=form, error=error)
    return redirect("moderation:case", case.pk)


def shown(
    request: ModeratorRequest,
    look: Look,
    image_id: UUID,
    *,
    form: FindingForm | None = None,
    error: StudioError | None = None,
    address: str = "",
) -> HttpResponseBase:
    """Answer with the page of a picture, and with what stands in the way of something."""
    context = {
        "look": look,
        "image": seeing.read_picture(look=look, image_id=image_id),
        "form": form or FindingForm(initial={"reason": look.reason}),
        "error": error,
        "address": address,
    }
    status = status_of(error) if error else None
    return render(request, "moderation/look_picture.html", context, status=status)

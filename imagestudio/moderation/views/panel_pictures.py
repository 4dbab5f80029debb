"""The pictures of cases: a cover for the whole panel, the picture for whoever asks to see it."""

from functools import partial
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.connections import release_connections
from imagestudio.http.bytes import bytes_response
from imagestudio.library import storage
from imagestudio.library.imaging import RENDITION_MIME
from imagestudio.moderation.services.panel.dossier import case_of
from imagestudio.moderation.services.panel.looking import clear_picture, covered_picture, reveal
from imagestudio.moderation.views.panel_case import shown

FRESH = 3600  # seconds: a cover never changes


@require_safe
@moderator_page
def covered(
    request: ModeratorRequest, case_id: UUID, image_id: UUID | None = None
) -> HttpResponseBase:
    """Return the cover of a case's picture, or of one beside it."""
    made = covered_picture(moderator=request.user, case_id=case_id, image_id=image_id)
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
def uncover(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Show the picture of a case: that it was looked at is in the log before it is seen."""
    key = reveal(moderator=request.user, case_id=case_id)
    case = case_of(request.user, case_id)
    address = reverse("moderation:picture", args=[case_id], query={"key": key})
    context = {"case": case, "image": case.image, "address": address}
    if request.htmx:
        return render(request, "moderation/_picture.html", context)
    return render(request, "moderation/case.html", {**shown(request, case), **context})


@require_safe
@moderator_page
def picture(request: ModeratorRequest, case_id: UUID) -> HttpResponseBase:
    """Return the bytes of a picture that this moderator has just asked to see."""
    key, mime, size = clear_picture(
        moderator=request.user, case_id=case_id, key=request.GET.get("key", "")
    )
    release_connections()
    answer = bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, key),
        size=size,
        mime=mime,
        etag=f"{case_id}-clear",
    )
    answer["Cache-Control"] = "private, no-store, no-transform"
    return answer

"""What a link shows to whoever holds it: one picture, or an album and its pictures."""

from functools import partial
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST, require_safe

from imagestudio.connections import release_connections
from imagestudio.http.bytes import bytes_response
from imagestudio.library import storage
from imagestudio.library.exceptions import LinkLeadsNowhere
from imagestudio.library.imaging import RENDITION_MIME, SIDES
from imagestudio.library.models import Image
from imagestudio.library.pages import ShareRequest, share_page, unlock, unlocking_page
from imagestudio.library.received import display_name
from imagestudio.library.services.renditions import made_rendition
from imagestudio.library.services.shares import try_password
from imagestudio.library.shared import Shown, beside, image_behind, pictures_of, shown


@require_safe
@share_page
def link(request: ShareRequest) -> HttpResponseBase:
    """Show what the link leads to."""
    if request.link.album is None:
        return picture_page(request, image_behind(request.link))
    page = pictures_of(request.link, after=request.GET.get("after", ""), root=root_of(request))
    context = {"album": request.link.album.name, "pictures": page.pictures, "after": page.after}
    part = "shares/_pictures.html" if request.htmx else "shares/album.html"
    return render(request, part, context)


@require_safe
@share_page
def picture(request: ShareRequest, image_id: UUID) -> HttpResponseBase:
    """Show one picture that the link gives out."""
    return picture_page(request, image_behind(request.link, image_id))


def picture_page(request: ShareRequest, image: Image) -> HttpResponseBase:
    """Return the page of one picture, covered until it is asked for if it has to be."""
    one = show(request, image)
    previous, following = beside(request.link, image)
    context: dict[str, Any] = {
        "picture": one,
        "is_covered": one.is_covered and request.GET.get("show") != "1",
        "title": image.title if request.link.shows_prompt else "",
        "prompt": image.prompt if request.link.shows_prompt else "",
        "previous": show(request, previous) if previous else None,
        "following": show(request, following) if following else None,
        "album_address": root_of(request) if request.link.album_id else "",
    }
    return render(request, "shares/picture.html", context)


@require_safe
@share_page
def rendition(request: ShareRequest, image_id: UUID, side: int) -> HttpResponseBase:
    """Return a WebP of at most this longest side; never the original in its place."""
    image = image_behind(request.link, image_id)
    if side not in SIDES:
        raise LinkLeadsNowhere
    made = made_rendition(image=image, side=side)
    return sent(request, key=made.key, size=made.bytes, mime=RENDITION_MIME)


@require_safe
@share_page
def original(request: ShareRequest, image_id: UUID) -> HttpResponseBase:
    """Return the original bytes, if the link allows to download them."""
    image = image_behind(request.link, image_id)
    if image.file is None or not request.link.allows_download:
        raise LinkLeadsNowhere
    words = (image.title or image.prompt[:80]) if request.link.shows_prompt else ""
    name = f"{display_name(words) or 'picture'}.{image.file.extension}"
    return sent(
        request, key=image.file.key, size=image.file.bytes, mime=image.file.mime, filename=name
    )


def sent(
    request: ShareRequest, *, key: str, size: int, mime: str, filename: str = ""
) -> HttpResponseBase:
    """Return stored bytes. Their validator is this link's own, and tells nothing of them."""
    etag = salted_hmac("imagestudio.library.share", f"{request.link.pk}{key}").hexdigest()
    release_connections()
    return bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, key),
        size=size,
        mime=mime,
        etag=etag,
        filename=filename,
        disposition="attachment" if "download" in request.GET else "inline",
    )


@require_POST
@unlocking_page
def password(request: ShareRequest) -> HttpResponseBase:
    """Take the link's password, and let this browser in for some hours."""
    given = request.POST.get("password", "")
    address = get_adapter().get_client_ip(request)
    try_password(link=request.link, password=given, address=address)
    response = redirect("library:shared", request.secret)
    unlock(request, response)
    return response


def show(request: ShareRequest, image: Image) -> Shown:
    """Return what the link shows of a picture."""
    return shown(image, link=request.link, root=root_of(request))


def root_of(request: ShareRequest) -> str:
    """Return the link's own address."""
    return reverse("library:shared", args=[request.secret])

"""The public gallery: what its accounts show to everybody, signed in or not."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.models import User
from imagestudio.accounts.pages import PersonRequest, ask_to_sign_in, part_of, person_page
from imagestudio.accounts.services.access import personal_membership_of
from imagestudio.connections import release_connections
from imagestudio.http.bytes import bytes_response
from imagestudio.library import explore, storage
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.library.explore import Sort, Wanted, exhibit, public_picture
from imagestudio.library.feed import feed_of, whole
from imagestudio.library.imaging import RENDITION_MIME, SIDES
from imagestudio.library.models import Publication
from imagestudio.library.pages import ExploreRequest, explore_page
from imagestudio.library.services.publishing import set_love
from imagestudio.library.services.renditions import made_rendition


@require_safe
@explore_page
def gallery(request: ExploreRequest) -> HttpResponseBase:
    """Show what is public: the newest, or what is loved most, and only what words find."""
    wanted = wanted_of(request)
    found = explore.gallery(wanted, cursor=request.GET.get("cursor"))
    context = {
        "pictures": found.pictures,
        "next_cursor": found.next_cursor,
        "wanted": wanted,
        "query": f"{wanted.query}&" if wanted.query else "",
        "is_plain": not (wanted.query or request.GET.get("cursor")),
    }
    return render(request, f"explore/{part_wanted(request)}.html", context)


def part_wanted(request: ExploreRequest) -> str:
    """Return which part of the gallery is asked for: the next tiles, other results, or all."""
    if not request.htmx:
        return "gallery"
    return "_tiles" if request.GET.get("cursor") else "_results"


@require_safe
@explore_page
def picture(request: ExploreRequest, image_id: UUID) -> HttpResponseBase:
    """Show one public picture, covered until it is asked for if it has to be."""
    publication, wanted = public_picture(image_id), wanted_of(request)
    previous, following = explore.beside(publication, wanted)
    one = exhibit(publication)
    context: dict[str, Any] = {
        "picture": one,
        "is_covered": one.is_covered and request.GET.get("show") != "1",
        "previous": exhibit(previous) if previous else None,
        "following": exhibit(following) if following else None,
        "query": f"?{wanted.query}" if wanted.query else "",
        "address": whole(one.address),
        "image_address": whole(one.large),
        **love_of(request, publication),
    }
    return render(request, "explore/picture.html", context)


@require_safe
@explore_page
def rendition(request: ExploreRequest, image_id: UUID, side: int) -> HttpResponseBase:
    """Return a WebP of at most this longest side; never the original in its place.

    Browsers may keep it, and ask each time whether it is public still. Its validator tells nothing
    of the bytes.
    """
    image = public_picture(image_id).image
    if side not in SIDES:
        raise NoSuchPublication("Public pictures are shown in other sizes.")
    made = made_rendition(image=image, side=side)
    release_connections()
    response = bytes_response(
        request,
        open_chunks=partial(storage.open_chunks, made.key),
        size=made.bytes,
        mime=RENDITION_MIME,
        etag=salted_hmac("imagestudio.library.explore", f"{image_id}{made.key}").hexdigest(),
    )
    # Readers of the feed show it on pages of their own: it is public.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@explore_page
def feed(request: ExploreRequest) -> HttpResponseBase:
    """Return the newest public pictures as an Atom feed."""
    _ = request
    return HttpResponse(
        feed_of(explore.gallery(Wanted(), limit=50).pictures),
        content_type="application/atom+xml; charset=utf-8",
    )


@require_POST
@explore_page
def love(request: ExploreRequest, image_id: UUID) -> HttpResponseBase:
    """Love a public picture, or no longer (`loves=0`); whoever is not signed in is asked to."""
    publication = public_picture(image_id)
    address = reverse("library:exhibit", args=[image_id])
    if not isinstance(request.user, User):
        return ask_to_sign_in(request) if part_of(request) else redirect_to_login(address)
    publication.loves = set_love(
        publication=publication, user=request.user, loves=request.POST.get("loves") != "0"
    )
    if not request.htmx:
        return redirect(address)
    context = {"picture": exhibit(publication), **love_of(request, publication)}
    return render(request, "explore/_love.html", context)


@require_safe
@explore_page
@person_page
def remix(request: PersonRequest, image_id: UUID) -> HttpResponseBase:
    """Lead to Create in the person's own account, with the prompt of a picture that shows it."""
    if not public_picture(image_id).prompt:
        raise NoSuchPublication("How this picture was made is not shown.")
    account = personal_membership_of(user=request.user).account
    address = reverse("generations:create", args=[account.slug])
    return redirect(f"{address}?remix={image_id}")


def wanted_of(request: ExploreRequest) -> Wanted:
    """Return what an address asks for; what means nothing is left out."""
    words = request.GET.get("q", "").replace("\0", "")[: explore.LONGEST_SEARCH]
    sort = Sort.LOVED if request.GET.get("sort") == Sort.LOVED else Sort.NEWEST
    return Wanted(words=words if words.strip() else "", sort=sort)


def love_of(request: ExploreRequest, publication: Publication) -> dict[str, object]:
    """Return whether the person behind a request loves a public picture."""
    user = request.user
    return {"is_loved": isinstance(user, User) and explore.loves(user, publication)}

"""The links of an account: what it shows to people outside, and how to begin and end that."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows, require
from imagestudio.errors import StudioError
from imagestudio.http import cursor
from imagestudio.http.problems import status_of
from imagestudio.library.exceptions import NoSuchAlbum, NoSuchImage, NoSuchShare, ShareInvalid
from imagestudio.library.forms import ChangeShareForm, ShareForm
from imagestudio.library.models import Album, Image, ShareLink
from imagestudio.library.services.shares import (
    NewLink,
    change_link,
    revoke_link,
    share_album,
    share_image,
)

PAGE = 40  # links


@require_safe
@account_page
def shares(request: AccountRequest) -> HttpResponseBase:
    """Show the account's links that work, or those that have ended."""
    account, is_ended = request.membership.account, request.GET.get("state") == "ended"
    mine = ShareLink.objects.owned_by(account).with_details()
    page = cursor.page(
        mine.ended() if is_ended else mine.live(),
        by="made_at",
        cursor=request.GET.get("cursor"),
        limit=PAGE,
        of=f"{'ended' if is_ended else 'live'} shares of {account.pk}",
    )
    context = {
        "links": page.rows,
        "next_cursor": page.next_cursor,
        "is_ended": is_ended,
        "query": "state=ended&" if is_ended else "",
        "may_share": allows(Deed.SHARE, request.membership),
    }
    is_more = request.htmx and request.GET.get("cursor")
    return render(request, "shares/_rows.html" if is_more else "shares/shares.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def share_picture(request: AccountRequest, image_id: UUID) -> HttpResponseBase:
    """Show the links of a picture and the form for one more; make it, and show it this once."""
    images = Image.objects.owned_by(request.membership.account).kept().select_related("file")
    image = images.filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this library.")
    return share(request, {"image": image})


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def share_an_album(request: AccountRequest, album_id: UUID) -> HttpResponseBase:
    """Show the links of an album and the form for one more; make it, and show it this once."""
    album = Album.objects.owned_by(request.membership.account).filter(pk=album_id).first()
    if album is None:
        raise NoSuchAlbum("There is no such album in this account.")
    return share(request, {"album": album})


def share(request: AccountRequest, thing: Mapping[str, Image | Album]) -> HttpResponseBase:
    """Return the page about the links of one thing; after a POST, with a new one."""
    require(Deed.SHARE, request.membership)
    form = ShareForm(request.POST if request.method == "POST" else None)
    new, status = None, 200
    if request.method == "POST":
        try:
            new = made(request, form, thing)
        except ShareInvalid as error:
            form.add_error(None, str(error))
        except StudioError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        if form.errors:
            status = 422 if status == 200 else status
        else:
            form = ShareForm()
    links = ShareLink.objects.owned_by(request.membership.account).live().with_details()
    context: dict[str, Any] = {
        "form": form,
        "new": new,
        "address": address_of(new) if new else "",
        "links": links.filter(**thing),
        **thing,
    }
    return render(request, "shares/share.html", context, status=status)


def made(
    request: AccountRequest, form: ShareForm, thing: Mapping[str, Image | Album]
) -> NewLink | None:
    """Return the link that a form asks for, None when the form is not filled in well."""
    if not form.is_valid():
        return None
    one = next(iter(thing.values()))
    if isinstance(one, Image):
        return share_image(membership=request.membership, image_id=one.pk, terms=form.terms())
    return share_album(membership=request.membership, album_id=one.pk, terms=form.terms())


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def change(request: AccountRequest, link_id: UUID) -> HttpResponseBase:
    """Show how a link is, and change it."""
    require(Deed.SHARE, request.membership)
    mine = ShareLink.objects.owned_by(request.membership.account).live().with_details()
    link = mine.filter(pk=link_id).first()
    if link is None:
        raise NoSuchShare("There is no such link, or it was revoked or has expired.")
    form = ChangeShareForm(request.POST if request.method == "POST" else None, link=link)
    if request.method == "POST" and form.is_valid():
        change_link(membership=request.membership, link_id=link_id, terms=form.terms())
        messages.success(request, "The link is changed, for everybody who has it, from now on.")
        return redirect("library:shares", slug=request.membership.account.slug)
    status = 422 if form.errors else 200
    return render(request, "shares/change.html", {"form": form, "link": link}, status=status)


@require_POST
@account_page
def revoke(request: AccountRequest, link_id: UUID) -> HttpResponseBase:
    """End a link."""
    link = revoke_link(membership=request.membership, link_id=link_id)
    messages.success(request, f"The link …{link.hint} is revoked. It leads nowhere from now on.")
    return redirect("library:shares", slug=request.membership.account.slug)


def address_of(new: NewLink) -> str:
    """Return the whole address of a new link, as it is passed on."""
    return f"{settings.PUBLIC_URL}{reverse('library:shared', args=[new.secret])}"

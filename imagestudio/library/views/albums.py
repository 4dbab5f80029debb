"""Albums: all of them, one with its pictures, and what can be done with it."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imagestudio.accounts.models import Account
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.errors import StudioError
from imagestudio.http.cursor import page_by_hand
from imagestudio.library.exceptions import NoSuchAlbum
from imagestudio.library.forms import key_of, text_of
from imagestudio.library.models import Album, AlbumItem, Image
from imagestudio.library.services import albums as deeds
from imagestudio.library.services.album_items import move_in_album
from imagestudio.library.views.changes import back_to
from imagestudio.library.views.grid import PAGE, marked

LATELY = 10  # albums that were removed, and can be brought back
ARRANGED = 100  # pictures of a page on which they are put in order


@require_http_methods(["GET", "HEAD", "POST"])
@account_page
def albums(request: AccountRequest) -> HttpResponseBase:
    """Show the account's albums with their covers, or make one."""
    account = request.membership.account
    if request.method == "POST":
        try:
            made = deeds.create_album(
                membership=request.membership,
                name=text_of(request.POST, "name"),
                parent_id=key_of(request.POST, "parent"),
            )
        except StudioError as error:
            return wrong(request, error)
        return redirect("library:album", slug=account.slug, album_id=made.pk)
    return render(
        request,
        "library/albums.html",
        {
            "albums": shelved(account),
            "removed": Album.objects.owned_by(account, removed=True).order_by("-removed_at")[
                :LATELY
            ],
            "is_arranging": "arrange" in request.GET,
            "may_change": allows(Deed.CHANGE_LIBRARY, request.membership),
        },
    )


def shelved(account: Account) -> list[Any]:
    """Return the albums that are in none, each with those in it as `inside`, covers loaded."""
    found: list[Any] = list(Album.objects.owned_by(account).with_covers().with_counts())
    keys = [album.shown for album in found if album.shown]
    covers = Image.objects.owned_by(account).select_related("file").in_bulk(keys)
    for album in found:
        album.picture = covers.get(album.shown)
        album.inside = [one for one in found if one.parent_id == album.pk]
    return [album for album in found if album.parent_id is None]


@require_safe
@account_page
def album(request: AccountRequest, album_id: UUID) -> HttpResponseBase:
    """Show the pictures of an album in its own order; to be arranged where that is asked for."""
    account = request.membership.account
    tops = shelved(account)
    here = next((one for top in tops for one in (top, *top.inside) if one.pk == album_id), None)
    if here is None:
        raise NoSuchAlbum("There is no such album in this account.")
    may_change = allows(Deed.CHANGE_LIBRARY, request.membership)
    is_arranging = "arrange" in request.GET and may_change
    page = page_by_hand(
        AlbumItem.objects.owned_by(account).filter(album=album_id).by_hand(),
        cursor=request.GET.get("cursor"),
        limit=ARRANGED if is_arranging else PAGE,
        of=f"album {album_id}",
    )
    images = marked([item.image for item in page.rows], request)
    part = "library/_arranged.html" if is_arranging else "library/_album_tiles.html"
    return render(
        request,
        part if request.htmx and request.GET.get("cursor") else "library/album.html",
        {
            "album": here,
            "parents": [one for one in tops if one != here] if not here.inside else [],
            "images": images,
            "next_cursor": page.next_cursor,
            "query": "arrange&" if is_arranging else "",
            "part": part,
            "is_arranging": is_arranging,
            "may_change": may_change,
            "may_make": allows(Deed.GENERATE, request.membership),
            "may_share": allows(Deed.SHARE, request.membership),
        },
    )


@require_POST
@account_page
def act(request: AccountRequest, album_id: UUID, deed: str) -> HttpResponseBase:
    """Rename, nest, order or remove an album, bring it back, or order what is in it."""
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](request, album_id)
    except StudioError as error:
        return wrong(request, error)
    if request.htmx:  # what was dragged stands where it was dropped
        return render(request, "library/_nothing.html")
    slug = request.membership.account.slug
    if deed == "remove":
        return redirect("library:albums", slug=slug)
    return redirect(back_to(request, "library:album", album_id))


def rename(request: AccountRequest, album_id: UUID) -> None:
    """Give an album another name, and put it into another one, or into none."""
    deeds.edit_album(
        membership=request.membership,
        album_id=album_id,
        wanted={
            "name": text_of(request.POST, "name"),
            **({"parent": key_of(request.POST, "parent")} if "parent" in request.POST else {}),
        },
    )


def place(request: AccountRequest, album_id: UUID) -> None:
    """Put an album before another one that is beside it, or behind all."""
    deeds.edit_album(
        membership=request.membership,
        album_id=album_id,
        wanted={"before": key_of(request.POST, "before")},
    )


def cover(request: AccountRequest, album_id: UUID) -> None:
    """Let one of its pictures stand for an album."""
    image_id = key_of(request.POST, "image")
    deeds.set_cover(membership=request.membership, album_id=album_id, image_id=image_id)
    messages.success(request, "The picture is the album's cover.")


def move(request: AccountRequest, album_id: UUID) -> None:
    """Put a picture before another one, or behind all."""
    image_id = key_of(request.POST, "image")
    if image_id is None:
        raise NoSuchAlbum("Say which picture.")
    move_in_album(
        membership=request.membership,
        album_id=album_id,
        image_id=image_id,
        before_id=key_of(request.POST, "before"),
        after_id=key_of(request.POST, "after"),
    )


def remove(request: AccountRequest, album_id: UUID) -> None:
    """Remove an album; its pictures stay, and it can be brought back."""
    removed = deeds.remove_album(membership=request.membership, album_id=album_id)
    words = (
        f"“{removed.name}” is removed, and can be brought back. Its pictures are in the library."
    )
    messages.success(request, words)


def restore(request: AccountRequest, album_id: UUID) -> None:
    """Bring an album back that was removed."""
    deeds.restore_album(membership=request.membership, album_id=album_id)
    messages.success(request, "The album is back.")


DEEDS: Mapping[str, Callable[[AccountRequest, UUID], None]] = {
    "rename": rename,
    "place": place,
    "cover": cover,
    "move": move,
    "remove": remove,
    "restore": restore,
}


def wrong(request: AccountRequest, error: StudioError) -> HttpResponseBase:
    """Say what is wrong on the page that the form came from; what is not there is no page."""
    if request.htmx or not error.fields:
        raise error
    messages.error(request, str(error))
    return redirect(back_to(request, "library:albums"))

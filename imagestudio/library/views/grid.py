"""The library: an account's pictures in time order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.http import cursor
from imagestudio.library.filters import Filters, day_of, filters_from, key_of
from imagestudio.library.listing import Listing, list_page, months
from imagestudio.library.listing.pages import name_of
from imagestudio.library.models import Favourite, Image

PAGE = 40  # pictures: as many as a browser can take in without a hitch
PICKED = 24  # pictures of a page of the picker


@dataclass(frozen=True, slots=True)
class Day:
    """Pictures of one day; `goes_on` when the page before ended within the same day."""

    date: date
    images: list[Image]
    goes_on: bool


def on_day(image: Image) -> date:
    """Return the day on which an image entered the library."""
    return timezone.localtime(image.added_at).date()


def by_day(images: Iterable[Image], *, before: date | None) -> list[Day]:
    """Return images grouped by day; `before` is the day of the last one of the page before."""
    return [
        Day(day, list(group), goes_on=day == before) for day, group in groupby(images, key=on_day)
    ]


@require_safe
@account_page
def grid(request: AccountRequest) -> HttpResponseBase:
    """Show a page of the library; only its days when the grid itself asks for more.

    It begins behind `cursor`, ends before `newer`, or begins at a place of the list (`at`: a month,
    a day, or the id of a picture).
    """
    account, filters = request.membership.account, filters_from(request.GET)
    after = request.GET.get("cursor")
    found = page_of(request, filters)
    if not found.images and request.GET.get("newer") and not request.htmx:
        return redirect(f"{request.path}?{filters.query_string()}")  # nothing is newer
    before = None
    if after and request.htmx:
        moment, _ = cursor.decode(after, of=name_of(account, filters))
        before = timezone.localtime(moment).date()
    query = filters.query_string()
    return render(
        request,
        "library/_days.html" if request.htmx else "library/grid.html",
        {
            "filters": filters,
            "query": f"{query}&" if query else "",
            "days": by_day(marked(found.images, request), before=before),
            "next_cursor": found.next_cursor,
            "newer_cursor": None if after and request.htmx else found.previous_cursor,
            "is_first": not after,
            "may_make": allows(Deed.GENERATE, request.membership),
        },
    )


def page_of(request: AccountRequest, filters: Filters) -> Listing:
    """Return the page of the library that an address names. Raises BadCursor."""
    account = request.membership.account
    return list_page(
        account,
        request.user,
        filters,
        limit=PAGE,
        cursor=request.GET.get("cursor"),
        before=request.GET.get("newer"),
        at=place_of(request, filters),
    )


def place_of(request: AccountRequest, filters: Filters) -> date | Image | None:
    """Return the day or the picture at which a page begins, None for the list's own beginning.

    A picture that is not in this library is one that is not there.
    """
    text = request.GET.get("at", "")
    key = key_of(text)
    if key is not None:
        return Image.objects.owned_by(request.membership.account).filter(pk=key).first()
    return day_of(text, is_last=filters.sort == "newest")


def marked(images: list[Image], request: AccountRequest) -> list[Image]:
    """Return the images, each of which knows whether it is this person's favourite."""
    mine = Favourite.objects.filter(user=request.user, image__in=images)
    liked = set(mine.values_list("image_id", flat=True)) if images else set()
    for image in images:
        image.is_favourite = image.pk in liked
    return images


@require_safe
@account_page
def months_of(request: AccountRequest) -> HttpResponseBase:
    """Tell how many pictures each month has, in the order of the list."""
    filters = filters_from(request.GET)
    found = months(request.membership.account, request.user, filters)
    return JsonResponse(
        [{"month": f"{one.first:%Y-%m}", "count": one.count} for one in found], safe=False
    )


@require_safe
@account_page
def picker(request: AccountRequest) -> HttpResponseBase:
    """Show a page of the library to choose a source from."""
    account = request.membership.account
    images = Image.objects.owned_by(account).kept().newest_first()
    after, listed = request.GET.get("cursor"), f"picker of {account.pk}"
    page = cursor.page(images, by="added_at", cursor=after, limit=PICKED, of=listed)
    return render(
        request,
        "library/_picker.html",
        {"images": page.rows, "next_cursor": page.next_cursor},
    )

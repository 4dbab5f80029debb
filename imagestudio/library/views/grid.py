"""The library: an account's pictures in time order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.http import cursor
from imagestudio.library.models import Image

PAGE = 40  # pictures: as many as a browser can take in without a hitch
PICKED = 24  # pictures of a page of the picker


@dataclass(frozen=True, slots=True)
class Day:
    """Pictures of one day; `goes_on` when the page before ended within the same day."""

    date: date
    images: list[Image]
    goes_on: bool


def day_of(image: Image) -> date:
    """Return the day on which an image entered the library."""
    return timezone.localtime(image.added_at).date()


def by_day(images: Iterable[Image], *, before: date | None) -> list[Day]:
    """Return images grouped by day; `before` is the day of the last one of the page before."""
    return [
        Day(day, list(group), goes_on=day == before) for day, group in groupby(images, key=day_of)
    ]


@require_safe
@account_page
def grid(request: AccountRequest) -> HttpResponseBase:
    """Show a page of the library; only its days when the grid itself asks for more."""
    account, after = request.membership.account, request.GET.get("cursor")
    images = Image.objects.owned_by(account).kept().newest_first()
    listed = f"library of {account.pk}"
    page = cursor.page(images, by="added_at", cursor=after, limit=PAGE, of=listed)
    before = timezone.localtime(cursor.decode(after, of=listed)[0]).date() if after else None
    return render(
        request,
        "library/_days.html" if request.htmx else "library/grid.html",
        {
            "days": by_day(page.rows, before=before),
            "next_cursor": page.next_cursor,
            "is_first": not after,
            "may_make": allows(Deed.GENERATE, request.membership),
        },
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

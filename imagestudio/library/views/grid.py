"""The library: an account's pictures in time order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q
from django.http import JsonResponse
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
    account = request.membership.account
    listed = f"library of {account.pk}"
    after, before, at = (request.GET.get(name) for name in ("cursor", "newer", "at"))
    images = Image.objects.owned_by(account).kept()
    since = None
    if at and not after and not before:
        after = start_at(account, at, listed)
    newer = older = None
    if before:
        moment, key = cursor.decode(before, of=listed)
        rows = list(
            images.filter(Q(added_at__gt=moment) | Q(added_at=moment, id__gt=key))
            .order_by("added_at", "id")
            .select_related("file")[: PAGE + 1]
        )
        more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        if more:
            newer = cursor.encode(rows[0].added_at, rows[0].pk, of=listed)
    else:
        page = cursor.page(
            images.newest_first(), by="added_at", cursor=after, limit=PAGE, of=listed
        )
        rows, older = page.rows, page.next_cursor
        if after and rows:
            newer = cursor.encode(rows[0].added_at, rows[0].pk, of=listed)
        if request.GET.get("cursor"):
            since = timezone.localtime(cursor.decode(after, of=listed)[0]).date()
    is_part = request.htmx
    return render(
        request,
        "library/_days.html" if is_part else "library/grid.html",
        {
            "days": by_day(rows, before=since if is_part else None),
            "next_cursor": older,
            "newer_cursor": None if request.GET.get("cursor") and is_part else newer,
            "is_first": not after,
            "total": images.count(),
            "may_make": allows(Deed.GENERATE, request.membership),
        },
    )


def start_at(account, at, listed):
    try:
        image = Image.objects.owned_by(account).filter(pk=UUID(at)).first()
        return image and cursor.encode(image.added_at, UUID(int=image.pk.int + 1), of=listed)
    except ValueError:
        pass
    year, month = map(int, at.split("-")[:2])
    moment = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return cursor.encode(moment, UUID(int=0), of=listed)


@require_safe
@account_page
def months(request: AccountRequest) -> HttpResponseBase:
    from django.db.models import Count
    from django.db.models.functions import TruncMonth

    rows = (
        Image.objects.owned_by(request.membership.account)
        .kept()
        .annotate(month=TruncMonth("added_at"))
        .values("month")
        .annotate(count=Count("pk"))
        .order_by("-month")
    )
    return JsonResponse(
        [{"month": f"{one['month']:%Y-%m}", "count": one["count"]} for one in rows], safe=False
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

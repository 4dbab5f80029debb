"""The trash: what is in it, for how long still, and emptying it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.conf import settings
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.clock import database_now
from imagestudio.http.cursor import page
from imagestudio.library.models import Image
from imagestudio.library.views.grid import PAGE


@dataclass(frozen=True, slots=True)
class TrashedDay:
    """Pictures that were trashed on one day, and the days until they are removed for good."""

    date: date
    left: int
    images: list[Image]


def by_day_of_trashing(images: Iterable[Image], now: datetime) -> list[TrashedDay]:
    """Return images grouped by the day on which they were trashed."""
    days = groupby(images, key=lambda image: timezone.localtime(image.trashed_at).date())
    today = timezone.localtime(now).date()
    return [
        TrashedDay(day, max(0, settings.TRASH_DAYS - (today - day).days), list(group))
        for day, group in days
    ]


@require_safe
@account_page
def trash(request: AccountRequest) -> HttpResponseBase:
    """Show what is in the trash, what was put there last first."""
    account = request.membership.account
    after = request.GET.get("cursor")
    found = page(
        Image.objects.owned_by(account).in_trash().trashed_last(),
        by="trashed_at",
        cursor=after,
        limit=PAGE,
        of=f"trash of {account.pk}",
    )
    return render(
        request,
        "library/_trashed_days.html" if request.htmx and after else "library/trash.html",
        {
            "days": by_day_of_trashing(found.rows, database_now()),
            "next_cursor": found.next_cursor,
            "until": timezone.now(),
            "kept_days": settings.TRASH_DAYS,
            "may_change": allows(Deed.CHANGE_LIBRARY, request.membership),
            "may_purge": allows(Deed.PURGE, request.membership),
        },
    )

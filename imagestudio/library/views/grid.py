"""The library: an account's pictures in time order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import push_url, replace_url, trigger_client_event

from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.http import cursor
from imagestudio.library.filters import Filters, day_of, filters_from, key_of, read_filters
from imagestudio.library.listing import Listing, count_up_to, list_page, marks_of, months
from imagestudio.library.listing.pages import name_of
from imagestudio.library.models import Image
from imagestudio.library.views.filtering import chips

PAGE = 40  # pictures: as many as a browser can take in without a hitch
MOST_OF_DAY = 1_000  # pictures up to which a day's are counted


@dataclass(frozen=True, slots=True)
class Day:
    """Pictures of one day; `goes_on` when the page before ended within the same day.

    `count` is how many pictures the day has in all, as people read it ("1,000+").
    """

    date: date
    images: list[Image]
    goes_on: bool
    count: str


def on_day(image: Image) -> date:
    """Return the day on which an image entered the library."""
    return timezone.localtime(image.added_at).date()


@require_safe
@account_page
def grid(request: AccountRequest) -> HttpResponseBase:
    """Show a page of the library; only its days, or its results, when the page itself asks.

    It begins behind `cursor`, ends before `newer`, or begins at a place of the list (`at`: a month,
    a day, or the id of a picture).
    """
    filters, unknown = read_filters(request.GET)
    found = page_of(request, filters)
    query = filters.query_string()
    if not found.images and request.GET.get("newer") and not request.htmx:
        return redirect(f"{request.path}?{query}")  # nothing is newer
    is_search = request.htmx.target == "results"
    after = request.GET.get("cursor") if request.htmx and not is_search else None
    context: dict[str, object] = {
        "filters": filters,
        "query": f"{query}&" if query else "",
        "days": days_of(request, filters, found, goes_on_from=after),
        "next_cursor": found.next_cursor,
        "newer_cursor": None if after else found.previous_cursor,
        "is_first": not request.GET.get("cursor"),
        "may_make": allows(Deed.GENERATE, request.membership),
    }
    if request.htmx and not is_search:
        return render(request, "library/_days.html", context)
    context |= about_filters(request, filters, unknown)
    if is_search:
        return told(request, query, render(request, "library/_results.html", context))
    return render(request, "library/grid.html", context)


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


def days_of(
    request: AccountRequest, filters: Filters, found: Listing, *, goes_on_from: str | None
) -> list[Day]:
    """Return a page's pictures by day. A day at its ends is counted, the others are all there.

    `goes_on_from` is the cursor behind which it continues a page that is shown already.
    """
    account, before = request.membership.account, None
    if goes_on_from:
        moment, _ = cursor.decode(goes_on_from, of=name_of(account, filters))
        before = timezone.localtime(moment).date()
    groups = [(day, list(one)) for day, one in groupby(marked(found.images, request), key=on_day)]
    days = []
    for number, (day, images) in enumerate(groups):
        is_cut = (number == 0 and found.previous_cursor) or (
            number == len(groups) - 1 and found.next_cursor
        )
        count = len(images)
        if is_cut and day != before:
            alone = replace(filters, since=day, until=day)
            count = count_up_to(MOST_OF_DAY + 1, account, request.user, alone)
        words = f"{MOST_OF_DAY:,}+" if count > MOST_OF_DAY else f"{count:,}"
        days.append(Day(day, images, goes_on=day == before, count=words))
    return days


def marked(images: list[Image], request: AccountRequest) -> list[Image]:
    """Return the images, each of which knows whether it is this person's favourite."""
    marks = marks_of(images, request.user)
    for image in images:
        image.is_favourite = marks[image.pk].is_favourite
    return images


def about_filters(
    request: AccountRequest, filters: Filters, unknown: Sequence[str]
) -> dict[str, object]:
    """Return what a page says of its filters.

    An operator that somebody is still typing stays in the field: only what else is filtered by
    has chips, and goes along with the next letter.
    """
    is_typing = request.htmx.trigger == "library-search" and "enter" not in request.GET
    settled = filters
    if is_typing:
        values = request.GET.copy()
        values.pop("q", None)
        settled = filters_from(values)
    other = replace(filters, sort="oldest" if filters.sort == "newest" else "newest")
    return {
        "filter_query": filters.query_string(),
        "hidden": [(name, value) for name, value in settled.parameters() if name != "q"],
        "chips": chips(settled, filters, request.membership.account),
        "is_typing": is_typing,
        "unknown": unknown,
        "other_sort": other.query_string(),
        "density": "compact" if request.COOKIES.get("density") == "compact" else "",
    }


def told(request: AccountRequest, query: str, answer: HttpResponse) -> HttpResponse:
    """Return the answer to a search, which gives the page its address and tells the panel.

    What is being typed does not fill the history; a filter is a step that Back takes back.
    """
    turn = replace_url if request.htmx.trigger == "library-search" else push_url
    turn(answer, f"{request.path}?{query}" if query else request.path)
    return trigger_client_event(answer, "library-filtered", after="settle")


@require_safe
@account_page
def months_of(request: AccountRequest) -> HttpResponseBase:
    """Tell how many pictures each month has, in the order of the list."""
    filters = filters_from(request.GET)
    found = months(request.membership.account, request.user, filters)
    return JsonResponse(
        [
            {"month": f"{one.first:%Y-%m}", "count": one.count, "exact": one.is_exact}
            for one in found
        ],
        safe=False,
    )

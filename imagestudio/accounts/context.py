"""What every page's frame shows: the accounts to switch between, and the present one."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

from imagestudio.accounts.adapter import may_sign_up
from imagestudio.accounts.models import Account, User

PAGE = re.compile(r"/a/[-\w]+/([-\w]+)/")
# Pages about a thing of one account, and the page of its kind that every account has.
LIKE = {"images": "library", "compare": "library", "generations": "activity", "close": "account"}


@dataclass(frozen=True, slots=True)
class Place:
    """An account to switch to, and the address of the same kind of page there."""

    account: Account
    href: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; `membership` was set by the page that found the account.

    What needs the database is asked for only when the frame shows it: a part of a page, or the
    page that says that the database is away, has no frame.
    """
    membership = getattr(request, "membership", None)
    places = SimpleLazyObject(lambda: places_of(request))
    return {
        "gateway_is_emulator": settings.GATEWAY_IS_EMULATOR,
        "explore_is_on": settings.EXPLORE_IS_ON,
        "signup_is_open": SimpleLazyObject(lambda: may_sign_up(request)),
        "theme": theme_of(request),
        "membership": membership,
        "places": places,
        "here": membership.account if membership else SimpleLazyObject(lambda: first(places)),
    }


def places_of(request: HttpRequest) -> list[Place]:
    """Return the accounts that the person behind a request is a member of, their own first."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    accounts = Account.objects.open_to(user)
    return [Place(one, same_page(request.path, one.slug)) for one in accounts]


def same_page(path: str, slug: str) -> str:
    """Return the address of the same kind of page in another account; else its first page."""
    home = f"/a/{slug}/"
    found = PAGE.match(path)
    if found is None:
        return home
    address = f"{home}{LIKE.get(found[1], found[1])}/"
    try:
        resolve(address)
    except Resolver404:
        return home
    return address


def first(places: Any) -> Account | None:
    """Return the account that the frame's links lead to when the page is about none."""
    return next((place.account for place in places), None)


def theme_of(request: HttpRequest) -> str:
    """Return the theme that a person chose in this browser, nothing for the system's."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""

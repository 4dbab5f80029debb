"""What every page's frame shows: the accounts to switch between, and the present one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from imagestudio.accounts.models import Account, User


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; `membership` was set by the page that found the account.

    What needs the database is asked for only when the frame shows it: a part of a page, or the
    page that says that the database is away, has no frame.
    """
    membership = getattr(request, "membership", None)
    accounts = SimpleLazyObject(lambda: accounts_of(request))
    return {
        "gateway_is_emulator": settings.GATEWAY_IS_EMULATOR,
        "signup_is_open": settings.SIGNUP == "open",
        "theme": theme_of(request),
        "membership": membership,
        "accounts": accounts,
        "here": membership.account if membership else SimpleLazyObject(lambda: first(accounts)),
    }


def accounts_of(request: HttpRequest) -> list[Account]:
    """Return the accounts that the person behind a request is a member of, their own first."""
    user = getattr(request, "user", None)
    return list(Account.objects.open_to(user)) if isinstance(user, User) else []


def first(accounts: Any) -> Account | None:
    """Return the account that the frame's links lead to when the page is about none."""
    return next(iter(accounts), None)


def theme_of(request: HttpRequest) -> str:
    """Return the theme that a person chose in this browser, nothing for the system's."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""

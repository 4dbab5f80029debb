"""Pages for people outside: behind a link, and of the public gallery.

A link's door is the one place from the secret in an address to what it may show. It is nobody's:
it knows no user and no account, and whoever stands before it sees the same.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django_htmx.middleware import HtmxDetails

from imagestudio.accounts.pages import refusal
from imagestudio.errors import NotFound, StudioError
from imagestudio.http.problems import status_of
from imagestudio.library.exceptions import (
    LinkLeadsNowhere,
    NoSuchPublication,
    PasswordWanted,
    TooManyTries,
    WrongPassword,
)
from imagestudio.library.models import ShareLink
from imagestudio.library.services.shares import note_seen

P = ParamSpec("P")

SALT = "imagestudio.library.share"
UNLOCKED = "unlocked"  # the cookie's name; its path is the link's own
UNLOCKED_FOR = 12 * 60 * 60  # seconds


class ShareRequest(HttpRequest):
    """A request of whoever holds a link that is live and, if it has a password, unlocked."""

    link: ShareLink
    secret: str
    htmx: HtmxDetails


class ExploreRequest(HttpRequest):
    """A request of anybody, signed in or not, for what is public."""

    htmx: HtmxDetails


Page = Callable[Concatenate[ShareRequest, P], HttpResponseBase]
Door = Callable[..., HttpResponseBase]  # what Django calls with a request and the secret


def share_page(view: Page[P]) -> Door:
    """Make a view of a page under `/s/<secret>/`, which asks for the link's password first.

    A link that is wrong, revoked or expired, and one whose picture, album or account is out of
    sight, are answered alike. Nothing is kept by any cache, so that all of this counts at once.
    """
    return _door(view, asks_for_password=True)


def unlocking_page(view: Page[P]) -> Door:
    """Make a view that takes the password of a live link."""
    return _door(view, asks_for_password=False)


def _door(view: Page[P], *, asks_for_password: bool) -> Door:
    @wraps(view)
    def door(
        request: HttpRequest, secret: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        guest = cast(ShareRequest, request)
        try:
            guest.link, guest.secret = link_behind(secret), secret
            if asks_for_password and not is_unlocked(guest):
                raise PasswordWanted
            response = view(guest, *args, **kwargs)
            note_seen(link=guest.link)
        except (PasswordWanted, WrongPassword, TooManyTries) as error:
            response = ask_for_password(guest, error)
        except StudioError as error:
            response = nowhere(request, error)
        response["Cache-Control"] = "private, no-store"
        response.setdefault("Referrer-Policy", "no-referrer")
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return door


def link_behind(secret: str) -> ShareLink:
    """Return the live link with this secret.

    Raises LinkLeadsNowhere, also when its one picture is out of sight.
    """
    link = ShareLink.objects.open_to(secret).first()
    if link is None or (link.image_id and not link.images().exists()):
        raise LinkLeadsNowhere
    return link


def is_unlocked(request: ShareRequest) -> bool:
    """Say whether the link has no password, or this browser has given the present one."""
    if not request.link.password:
        return True
    try:
        told = TimestampSigner(salt=SALT).unsign(
            request.COOKIES.get(UNLOCKED, ""), max_age=UNLOCKED_FOR
        )
    except BadSignature:
        return False
    return constant_time_compare(told, mark_of(request.link))


def unlock(request: ShareRequest, response: HttpResponse) -> None:
    """Let the browser that gets this answer see what the link shows, for some hours."""
    response.set_cookie(
        UNLOCKED,
        TimestampSigner(salt=SALT).sign(mark_of(request.link)),
        max_age=UNLOCKED_FOR,
        path=reverse("library:shared", args=[request.secret]),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def mark_of(link: ShareLink) -> str:
    """Return what stands for a link with its present password; another password, another mark."""
    return salted_hmac(SALT, f"{link.pk}{link.password}", algorithm="sha256").hexdigest()


def ask_for_password(request: ShareRequest, error: StudioError) -> HttpResponse:
    """Answer with the form for the password; `error` says what is wrong with the one given."""
    words = "" if isinstance(error, PasswordWanted) else str(error)
    context = {"secret": request.secret, "wrong": words}
    response = render(request, "shares/password.html", context, status=status_of(error))
    if error.retry_after is not None:
        response["Retry-After"] = str(int(error.retry_after) + 1)
    # Under `no-referrer` the form would come without its origin, and be refused for that.
    response["Referrer-Policy"] = "same-origin"
    return response


def nowhere(request: HttpRequest, error: StudioError) -> HttpResponse:
    """Answer for a link that leads nowhere, or one behind which something is away for now."""
    known = LinkLeadsNowhere() if isinstance(error, NotFound) else error
    context = {"title": known.title, "is_gone": isinstance(known, NotFound)}
    return render(request, "shares/gone.html", context, status=status_of(known))


def explore_page(view: Callable[Concatenate[ExploreRequest, P], HttpResponseBase]) -> Door:
    """Make a view of a page of the public gallery; where there is none, nothing is found.

    What is not public, not public any more, or never was is answered alike. Answers are kept by
    no cache, or only by one that asks each time, so that withdrawing counts at once.
    """

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            if not settings.EXPLORE_IS_ON:
                raise NoSuchPublication("This studio has no public pages.")
            return view(cast(ExploreRequest, request), *args, **kwargs)
        except StudioError as error:
            return refusal(request, error)

    return door

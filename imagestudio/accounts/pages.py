"""Pages of an account: the one place from the slug in an address to the membership behind it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from imagestudio.accounts.exceptions import SecondFactorFirst, SecondFactorMissing
from imagestudio.accounts.models import Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.accounts.services.access import membership_of
from imagestudio.accounts.services.factors import (
    has_only_passkeys,
    require_fresh_factor,
    require_second_factor,
)
from imagestudio.errors import StudioError
from imagestudio.http.pages import page_of
from imagestudio.http.problems import status_of

P = ParamSpec("P")


class AccountRequest(HttpRequest):
    """A request of a signed-in person who is a member of the account in its address."""

    user: User
    membership: Membership
    htmx: HtmxDetails


Page = Callable[Concatenate[AccountRequest, P], HttpResponseBase]
Door = Callable[..., HttpResponseBase]  # what Django calls with a request and the slug


def account_page(view: Page[P]) -> Door:
    """Make a view of a page under `/a/<slug>/`.

    Whoever is not signed in is asked to; an account that is not theirs is 404, like one that does
    not exist. Errors that the studio raised on purpose become a page, or a notice on the page
    that asked for a part of itself.
    """

    @wraps(view)
    def door(
        request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        mine = cast(AccountRequest, request)
        try:
            mine.membership = membership_of(user=mine.user, slug=slug)
            require(Deed.SEE, mine.membership)
            return view(mine, *args, **kwargs)
        except StudioError as error:
            return refusal(request, error)

    return door


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in, about no account in particular."""

    user: User
    htmx: HtmxDetails


def person_page(view: Callable[Concatenate[PersonRequest, P], HttpResponseBase]) -> Door:
    """Make a view of a page for whoever is signed in; errors are answered as on other pages."""

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        try:
            return view(cast(PersonRequest, request), *args, **kwargs)
        except StudioError as error:
            return refusal(request, error)

    return door


class OperatorRequest(HttpRequest):
    """A request of somebody who runs the studio."""

    user: User
    htmx: HtmxDetails


def operator_page(view: Callable[Concatenate[OperatorRequest, P], HttpResponseBase]) -> Door:
    """Make a view of a page for those who run the studio; for others it does not exist.

    Errors are answered as on the pages of an account.
    """

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User) or not request.user.is_operator:
            raise Http404
        try:
            return view(cast(OperatorRequest, request), *args, **kwargs)
        except StudioError as error:
            return refusal(request, error)

    return door


class ModeratorRequest(HttpRequest):
    """A request of somebody who works in the panel."""

    user: User
    htmx: HtmxDetails


def moderator_page(
    view: Callable[Concatenate[ModeratorRequest, P], HttpResponseBase],
) -> Door:
    """Make a view of a page of the panel; for whoever has no site role it does not exist.

    Who has one shows a second factor first. Errors are answered as on the pages of an account.
    """

    @wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User) or not request.user.is_moderator:
            raise Http404
        asked = second_factor_asked(request, request.user)
        if asked is not None:
            return asked
        try:
            return view(cast(ModeratorRequest, request), *args, **kwargs)
        except StudioError as error:
            return refusal(request, error)

    return door


def second_factor_asked(
    request: HttpRequest, user: User, *, is_fresh: bool = False
) -> HttpResponse | None:
    """Return what staff get in place of a page until they have shown a second factor; else None.

    Without one, how to set it up; otherwise the way to confirm it, once in each session, or, where
    it has to be fresh, in the last minutes.
    """
    required = require_fresh_factor if is_fresh else require_second_factor
    try:
        required(user, get_authentication_records(request, user))
    except SecondFactorMissing as error:
        if part_of(request) is not None:
            return refusal(request, error)
        return render(request, "accounts/second_factor.html", status=status_of(error))
    except SecondFactorFirst:
        return send_to(request, reverse(way_to_confirm(user)))
    return None


def way_to_confirm(user: User) -> str:
    """Return the name of the page on which a person confirms their second factor."""
    return "mfa_reauthenticate_webauthn" if has_only_passkeys(user) else "mfa_reauthenticate"


def has_fresh_factor(request: HttpRequest, user: User) -> bool:
    """Say whether somebody has shown a second factor in this session in the last minutes."""
    try:
        require_fresh_factor(user, get_authentication_records(request, user))
    except (SecondFactorMissing, SecondFactorFirst):
        return False
    return True


def part_of(request: HttpRequest) -> HtmxDetails | None:
    """Return what is known of a request for a part of a page, None for a whole one."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined] # set by its middleware
    return htmx or None


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer with the way to sign in; a part of a page sends the whole page there."""
    return send_to(request, reverse("account_login"))


def send_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send a whole page to an address of signing in, from which it comes back here."""
    htmx = part_of(request)
    if htmx is None:
        return redirect_to_login(request.get_full_path(), address)
    try:
        back = htmx.current_url_abs_path or "/"
    except ValueError:  # the header is no address at all
        back = "/"
    return HttpResponseClientRedirect(f"{address}?{urlencode({'next': back})}")


def refusal(request: HttpRequest, error: StudioError) -> HttpResponse:
    """Answer an error: as a page, or as a notice when only a part of a page was asked for."""
    if part_of(request) is None:
        return page_of(request, error)
    notice = render(
        request,
        "components/_notice.html",
        {"kind": "error", "title": error.title, "text": str(error)},
        status=status_of(error),
    )
    return retarget(reswap(notice, "beforeend"), "#notices")

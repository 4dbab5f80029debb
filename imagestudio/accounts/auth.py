"""Who calls the API: a program with a token, or a person who is signed in.

Each operation says what it is about, `auth=may(Deed.SEE, Scope.LIBRARY_READ)`, and gets the
caller as `request.auth`. A request with an `Authorization` header is never also tried by its
cookie, so that a wrong token is an error and not somebody else.
"""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.urls import reverse
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase

from imagestudio.accounts.exceptions import (
    NoSuchAccount,
    PasswordFirst,
    ScopeMissing,
    TokenNotEnough,
    TooManyCalls,
)
from imagestudio.accounts.models import Account, Membership, Scope, Token, User
from imagestudio.accounts.permissions import Deed, allows, require
from imagestudio.accounts.services.access import membership_of, personal_membership_of
from imagestudio.accounts.services.calls import count_call
from imagestudio.accounts.services.factors import require_fresh_factor, require_second_factor
from imagestudio.accounts.services.tokens import find_token, is_well_formed
from imagestudio.http.refusals import NoSuchAddress, Unauthenticated

CONFIRM = "account_reauthenticate"  # allauth's page
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is, in which account, and by what right.

    `scopes` is None for somebody who is signed in: then only the role counts.
    """

    membership: Membership
    deed: Deed
    scopes: frozenset[str] | None = None
    token_id: UUID | None = None
    session_key: str | None = None

    @property
    def account(self) -> Account:
        """Return the account that the request is about."""
        return self.membership.account

    @property
    def address_suffix(self) -> str:
        """Return what an address needs so that a browser finds the same account again."""
        return "" if self.token_id else f"?account={self.account.slug}"


class ApiRequest(HttpRequest):
    """A request that has passed the door."""

    auth: Caller


class TokenAuth(HttpBearer):
    """What all doors for programs have in common: the header, and the scopes of a token."""

    def __init__(self, scopes: frozenset[str]) -> None:
        """Take the scopes of which one is enough."""
        super().__init__()
        self.scopes = scopes

    def __call__(self, request: HttpRequest) -> Any:
        """Return who calls, or None when there is no `Authorization` header."""
        refuse_secrets_in_address(request)
        if "Authorization" not in request.headers:
            return None
        caller = super().__call__(request)
        if caller is None:
            raise Unauthenticated("The Authorization header is not `Bearer ist_…`.")
        return caller

    def require_scope(self, token: Token) -> None:
        """Do nothing if a token has one of the scopes. Raises ScopeMissing."""
        if not self.scopes & set(token.scopes):
            raise ScopeMissing(f"This needs the scope {' or '.join(sorted(self.scopes))}.")


class BearerToken(TokenAuth):
    """Lets programs in that send a token with one of these scopes."""

    def __init__(self, deed: Deed, scopes: frozenset[str]) -> None:
        """Take what the operation does, and the scopes of which one is enough."""
        super().__init__(scopes)
        self.deed = deed

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return the caller. Raises Unauthenticated, NoSuchAccount, ScopeMissing, Denied."""
        found = find_token(token)
        if found is None:
            raise Unauthenticated("This token is not valid: mistyped, revoked, or expired.")
        if request.GET.get("account", found.account.slug) != found.account.slug:
            raise NoSuchAccount("This token belongs to another account than the address names.")
        try:
            membership = membership_of(user=found.user, slug=found.account.slug)
        except NoSuchAccount as error:
            raise Unauthenticated("The owner of this token has left the account.") from error
        count(request, found)
        self.require_scope(found)
        require(self.deed, membership)
        return Caller(
            membership, self.deed, scopes=frozenset(found.scopes), token_id=UUID(str(found.pk))
        )


class SignedIn(APIKeyCookie):
    """Lets people in who are signed in; changing something needs the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, deed: Deed, *, confirmed: bool = False) -> None:
        """Take what the operation does, and whether the password must just have been given."""
        super().__init__(csrf=True)
        self.deed, self.confirmed = deed, confirmed

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Return the caller, or None when nobody is signed in."""
        if "Authorization" in request.headers:
            raise TokenNotEnough("Sign in to do this: no token can.")
        if not isinstance(request.user, User):
            return None
        caller: Caller | None = super().__call__(request)
        return caller

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        """Return the caller. Raises NoSuchAccount, Denied (PasswordFirst among them)."""
        user = request.user
        if not isinstance(user, User):  # asked before; the type checker cannot know
            raise Unauthenticated
        slug = request.GET.get("account")
        if slug is None:
            membership = personal_membership_of(user=user)
        elif SLUG.fullmatch(slug):
            membership = membership_of(user=user, slug=slug)
        else:
            raise NoSuchAccount
        require(self.deed, membership)
        if self.confirmed and is_reauthentication_required(request, app="account"):
            raise PasswordFirst(f"Confirm who you are at {reverse(CONFIRM)}, then call again.")
        return Caller(membership, self.deed, session_key=key)


@dataclass(frozen=True, slots=True)
class Moderator:
    """Who calls for the panel, and with which token, if with one."""

    user: User
    token_id: UUID | None = None


class ModeratorApiRequest(HttpRequest):
    """A request that has passed the door of the panel."""

    auth: Moderator


class ModeratorToken(TokenAuth):
    """Lets programs of moderators in; for others' the panel does not exist."""

    def __init__(self) -> None:
        """Take tokens that were made for the panel."""
        super().__init__(frozenset({Scope.MODERATE.value}))

    def authenticate(self, request: HttpRequest, token: str) -> Moderator:
        """Return who calls. Raises Unauthenticated, NoSuchAddress, Denied."""
        found = find_token(token)
        if found is None:
            raise Unauthenticated("This token is not valid: mistyped, revoked, or expired.")
        count(request, found)
        if not found.user.is_moderator:
            raise NoSuchAddress
        self.require_scope(found)
        require_second_factor(found.user)
        return Moderator(found.user, token_id=UUID(str(found.pk)))


class ModeratorSignedIn(APIKeyCookie):
    """Lets moderators in who are signed in; changing something needs the CSRF token too."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        """Hold changing requests to the CSRF token."""
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Moderator | None:
        """Return who calls, or None when nobody is signed in."""
        if not isinstance(request.user, User):
            return None
        caller: Moderator | None = super().__call__(request)
        return caller

    def authenticate(self, request: HttpRequest, key: str | None) -> Moderator:
        """Return who calls. Raises NoSuchAddress, Denied."""
        _ = key
        user = request.user
        if not isinstance(user, User):  # asked before; the type checker cannot know
            raise Unauthenticated
        if not user.is_moderator:
            raise NoSuchAddress
        require_second_factor(user, get_authentication_records(request, user))
        return Moderator(user)


class ModeratorInPerson(ModeratorSignedIn):
    """Lets moderators in who have just confirmed their second factor, and no program of theirs."""

    def __call__(self, request: HttpRequest) -> Moderator | None:
        """Return who calls, or None when nobody is signed in."""
        if "Authorization" in request.headers:
            raise TokenNotEnough("Sign in to do this: no token can.")
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Moderator:
        """Return who calls. Raises NoSuchAddress, Denied."""
        moderator = super().authenticate(request, key)
        require_fresh_factor(moderator.user, get_authentication_records(request, moderator.user))
        return moderator


def may_moderate_in_person() -> list[AuthBase]:
    """Return who may call an operation of the panel that no token may call."""
    return [ModeratorInPerson()]


def may_moderate() -> list[AuthBase]:
    """Return who may call an operation of the panel: moderators, and programs of theirs."""
    return [ModeratorToken(), ModeratorSignedIn()]


def may(deed: Deed, *scopes: Scope) -> list[AuthBase]:
    """Return who may call an operation: members, and programs with one of these scopes."""
    if not scopes:
        raise ValueError("Name the scopes of which a token needs one.")
    return [BearerToken(deed, frozenset(scope.value for scope in scopes)), SignedIn(deed)]


def in_person(deed: Deed, *, confirmed: bool = False) -> list[AuthBase]:
    """Return who may call an operation that no token may call: members who are signed in.

    `confirmed`: and who have given their password, or second factor, in the last minutes.
    """
    return [SignedIn(deed, confirmed=confirmed)]


class Myself(SignedIn):
    """Lets people in to what is theirs, whatever their standing and whichever account it is in."""

    def __init__(self) -> None:
        """Hold changing requests to the CSRF token."""
        super().__init__(Deed.SEE)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        """Return the caller, in their personal account."""
        user = request.user
        if not isinstance(user, User):  # asked before; the type checker cannot know
            raise Unauthenticated
        return Caller(personal_membership_of(user=user), self.deed, session_key=key)


def myself() -> list[AuthBase]:
    """Return who may call an operation about people themselves: each of them, signed in."""
    return [Myself()]


def count(request: HttpRequest, token: Token) -> None:
    """Count a call and note what is left, for the answer's headers. Raises TooManyCalls."""
    allowance = count_call(token)
    request.allowance = allowance  # type: ignore[attr-defined] # Django's requests take such notes
    if allowance.is_used_up:
        raise TooManyCalls(
            f"{allowance.limit:,} calls in a minute are allowed.", retry_after=allowance.reset
        )


def refuse_secrets_in_address(request: HttpRequest) -> None:
    """Raise Unauthenticated for a token in the address, where logs and histories keep it."""
    for values in request.GET.lists():
        if any(is_well_formed(value.strip()) for value in values[1]):
            raise Unauthenticated(
                "Send the token in the Authorization header, and revoke this one: it is in the "
                "logs of everything between you and the studio now."
            )


def still_holds(caller: Caller) -> bool:
    """Say whether a caller who was let in earlier would be let in again now."""
    membership = (
        Membership.objects.select_related("account", "user")
        .filter(pk=caller.membership.pk, account__closed_at=None, user__is_active=True)
        .first()
    )
    if membership is None or not allows(caller.deed, membership):
        return False
    if caller.token_id is not None:
        return Token.objects.live().filter(pk=caller.token_id).exists()
    return is_signed_in(membership.user, caller.session_key)


def is_signed_in(user: User, session_key: str | None) -> bool:
    """Say whether this session is still there and still this user's."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(request) == user

"""What allauth asks the studio: who may sign up, and where the links in its mail lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest

from imagestudio.accounts.models import Invitation, User
from imagestudio.accounts.services.factors import passkeys_of
from imagestudio.accounts.services.invitations import find_invitation, join
from imagestudio.errors import StudioError
from imagestudio.http.pages import page_of

REMEMBERED = "invitation"  # in the session: the hash of the secret that somebody came with


@dataclass(frozen=True, slots=True)
class Site:
    """How allauth's mail names this site."""

    name: str
    domain: str


class StudioAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Opens and closes sign-up by the `SIGNUP` setting; lets mail name `PUBLIC_URL` alone.

    Where only invited people sign up, signing up is also joining: so no invitation makes more
    users than it may be used, and none for another address than its own.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say whether this visitor may make a user for themselves."""
        return may_sign_up(request)

    def clean_email(self, email: str) -> str:
        """Return an address that was typed. Raises ValidationError."""
        cleaned: str = super().clean_email(email)
        match = self.request.resolver_match
        if settings.SIGNUP == "invite" and match and match.view_name == "account_signup":
            invitation = remembered(self.request)
            bound = invitation.email if invitation else ""
            if bound and cleaned.lower() != bound:
                raise ValidationError(f"The invitation is for {bound}. Sign up with that address.")
        return cleaned

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - allauth's own signature
        """Return a user who has signed up, and who has joined if an invitation let them."""
        try:
            with transaction.atomic():
                made: User = super().save_user(request, user, form, commit)
                if settings.SIGNUP == "invite":
                    join(user=made, digest=remembered_digest(request) or b"")
        except StudioError as error:  # the last use of the invitation has just gone
            raise ImmediateHttpResponse(page_of(request, error)) from error
        return made

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Send a mail that names `PUBLIC_URL` and nothing else, whatever host the request named."""
        here = self.request.build_absolute_uri("/")
        public = {name: published(value, here=here) for name, value in context.items()}
        site = Site(name="Image Studio", domain=urlsplit(settings.PUBLIC_URL).netloc)
        super().send_mail(template_prefix, email, {"current_site": site, **public})


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # as above
    """Binds passkeys to `PUBLIC_URL`, whatever host a request named."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not right, or was used before. Try again.",
        "unverified_email": "Confirm your e-mail address first, then come back.",
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return for whom a passkey is made."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": "Image Studio"}

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's own signature
        """Return what a new passkey is called until its owner says better."""
        _ = type
        return f"Passkey {passkeys_of(user) + 1}"


def published(value: Any, *, here: str) -> Any:
    """Return an address of this site as others reach it; anything else as it is."""
    if isinstance(value, str) and value.startswith(here):
        return f"{settings.PUBLIC_URL}/{value.removeprefix(here)}"
    return value


def remember(request: HttpRequest, digest: bytes) -> None:
    """Keep in the session which invitation a visitor came with, while they sign in or up."""
    request.session[REMEMBERED] = digest.hex()


def remembered_digest(request: HttpRequest) -> bytes | None:
    """Return the hash of the secret that a visitor came with."""
    kept = request.session.get(REMEMBERED)
    return bytes.fromhex(kept) if kept else None


def remembered(request: HttpRequest) -> Invitation | None:
    """Return the invitation that a visitor came with, if it is still good."""
    digest = remembered_digest(request)
    return find_invitation(digest) if digest else None


def may_sign_up(request: HttpRequest) -> bool:
    """Say whether a visitor may sign up: by the setting, or because they are invited."""
    if settings.SIGNUP == "invite":
        return remembered(request) is not None
    return bool(settings.SIGNUP == "open")

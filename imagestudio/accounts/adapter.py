"""What allauth asks the studio: who may sign up, and where the links in its mail lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Site:
    """How allauth's mail names this site."""

    name: str
    domain: str


class StudioAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Opens and closes sign-up by the `SIGNUP` setting; lets mail name `PUBLIC_URL` alone."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Say whether anybody may make a user for themselves."""
        return bool(settings.SIGNUP == "open")

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Send a mail that names `PUBLIC_URL` and nothing else, whatever host the request named."""
        here = self.request.build_absolute_uri("/")
        public = {name: published(value, here=here) for name, value in context.items()}
        site = Site(name="Image Studio", domain=urlsplit(settings.PUBLIC_URL).netloc)
        super().send_mail(template_prefix, email, {"current_site": site, **public})


def published(value: Any, *, here: str) -> Any:
    """Return an address of this site as others reach it; anything else as it is."""
    if isinstance(value, str) and value.startswith(here):
        return f"{settings.PUBLIC_URL}/{value.removeprefix(here)}"
    return value

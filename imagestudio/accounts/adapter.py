"""What allauth asks the studio: who may sign up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class SignUpAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Opens and closes sign-up by the `SIGNUP` setting."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Say whether anybody may make a user for themselves."""
        return bool(settings.SIGNUP == "open")

"""What every page's frame shows: the accounts to switch between, and the present one."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from imagestudio.accounts.models import Account, User


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; `membership` was set by the page that found the account."""
    user = request.user if hasattr(request, "user") else None
    return {
        "gateway_is_emulator": settings.GATEWAY_IS_EMULATOR,
        "signup_is_open": settings.SIGNUP == "open",
        "membership": getattr(request, "membership", None),
        "accounts": Account.objects.open_to(user) if isinstance(user, User) else [],
    }

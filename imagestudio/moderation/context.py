"""What every page's frame says of moderation: that there is a decision to look at."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from imagestudio.accounts.models import User
from imagestudio.moderation.models import Notice

ENOUGH = 2  # one is named, more are not


def told(request: HttpRequest) -> dict[str, Any]:
    """Return what the person has been told and has not seen, asked for when the frame shows it."""
    return {"unseen": SimpleLazyObject(lambda: unseen_of(request))}


def unseen_of(request: HttpRequest) -> list[Notice]:
    """Return the newest weighty notices that the person behind a request has not looked at.

    That a picture was published stands on its page, and among the decisions.
    """
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return []
    return list(Notice.objects.to(user).unseen().weighty()[:ENOUGH])

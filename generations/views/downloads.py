"""Carrying many pictures away."""

from functools import partial

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from generations.downloads import answer
from generations.schemas.downloads import ORIGINAL, wanted_as
from imagestudio.accounts.auth import Caller, still_holds
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed
from imagestudio.errors import FieldError, Invalid
from imagestudio.library.selection import Selection


@require_POST
@account_page
def download(request: AccountRequest) -> HttpResponseBase:
    """Send a ZIP of the selected pictures: originals, or copies in a `format` and `side`."""
    caller = Caller(request.membership, Deed.SEE, session_key=request.session.session_key)
    wanted = wanted_as(
        Selection.from_form(request.POST),
        form=request.POST.get("format") or ORIGINAL,
        side=side_from(request.POST.get("side", "")),
    )
    return answer(
        request,
        membership=request.membership,
        wanted=wanted,
        is_allowed=partial(still_holds, caller),
    )


def side_from(text: str) -> int | None:
    """Return the longest side that a form asks for, None for the full size. Raises Invalid."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        words = "The side is a number of pixels."
        raise Invalid(words, fields=[FieldError("side", "invalid", words)])
    return int(text)

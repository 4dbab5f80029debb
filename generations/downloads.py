"""The answer that carries many pictures away, for pages and for programs."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from generations.services.details import details_of
from imagestudio.accounts.models import Membership
from imagestudio.connections import release_connections
from imagestudio.http.bytes import stream_response
from imagestudio.http.made import MadeChunks
from imagestudio.library.services.downloads import TURNS, Wanted, zip_of

ZIP = "application/zip"


def answer(
    request: HttpRequest,
    *,
    membership: Membership,
    wanted: Wanted,
    is_allowed: Callable[[], bool],
) -> HttpResponseBase:
    """Return the ZIP of what is wanted. Raises NoSuchImage and DownloadsBusy."""
    pieces = zip_of(membership=membership, wanted=wanted, details=details_of, is_allowed=is_allowed)
    chunks = MadeChunks(pieces, on_close=TURNS.take(membership.user_id))
    release_connections()
    name = f"{membership.account.slug}-{timezone.now():%Y-%m-%d}.zip"
    return stream_response(request, chunks, mime=ZIP, filename=name)

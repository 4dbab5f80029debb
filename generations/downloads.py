"""The answer that carries many pictures away, for pages and for programs."""

from collections.abc import Callable, Generator

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from generations.services.details import details_of
from imagestudio.accounts.models import Membership
from imagestudio.connections import release_connections
from imagestudio.http.bytes import stream_response
from imagestudio.http.made import MadeChunks
from imagestudio.library.services.downloads import TURNS, Wanted, zip_of
from imagestudio.library.services.exports import zip_of_library

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
    return sent(request, membership, pieces, name="pictures")


def answer_library(
    request: HttpRequest, *, membership: Membership, is_allowed: Callable[[], bool]
) -> HttpResponseBase:
    """Return an export of the whole library. Raises RoleTooLow and DownloadsBusy."""
    pieces = zip_of_library(membership=membership, details=details_of, is_allowed=is_allowed)
    return sent(request, membership, pieces, name="library")


def sent(
    request: HttpRequest, membership: Membership, pieces: Generator[bytes, None, None], *, name: str
) -> HttpResponseBase:
    """Return the answer that gives out these bytes, as soon as it is its turn."""
    chunks = MadeChunks(pieces, on_close=TURNS.take(membership.user_id))
    release_connections()
    filename = f"{membership.account.slug}-{name}-{timezone.now():%Y-%m-%d}.zip"
    return stream_response(request, chunks, mime=ZIP, filename=filename)

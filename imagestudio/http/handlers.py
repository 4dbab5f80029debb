"""Every way in which an operation can fail, as a problem: the API has no other form for it."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db.utils import OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    RawPostDataException,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from imagestudio.errors import (
    NotFound,
    StudioError,
    TooLarge,
    Unavailable,
    UnsupportedMedia,
)
from imagestudio.http.body import JSON, invalid
from imagestudio.http.problems import problem_of
from imagestudio.http.refusals import Broken, CsrfFailed, Malformed, Unauthenticated

logger = logging.getLogger(__name__)

DATABASE_AWAY = 5.0  # seconds after which a new try may help


def invalid_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer for a request whose fields are not as the schema says."""
    return problem_of(request, invalid(error.errors))


def unauthenticated(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """Answer for nobody."""
    return problem_of(
        request, Unauthenticated("Send a token as `Authorization: Bearer ist_…`, or sign in.")
    )


def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer for what the framework itself refuses: a body that cannot be read, or CSRF."""
    if isinstance(error.__cause__, StudioError):
        return problem_of(request, error.__cause__)
    if error.status_code == HTTPStatus.FORBIDDEN:
        return problem_of(request, CsrfFailed("Send the token of the page as X-CSRFToken."))
    return problem_of(request, Malformed())


def not_found(request: HttpRequest, _error: Http404) -> HttpResponse:
    """Answer for what is not there."""
    return problem_of(request, NotFound())


def malformed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer for a body or header that cannot be read."""
    logger.info("A request could not be read: %s", error)
    return problem_of(request, Malformed())


def form_instead(request: HttpRequest, _error: RawPostDataException) -> HttpResponse:
    """Answer for a form sent to an operation that takes JSON: its CSRF check has read the body."""
    return problem_of(request, UnsupportedMedia(f"Send the body as {JSON}."))


def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """Answer for a body that is larger than Django itself takes."""
    return problem_of(request, TooLarge())


def database_away(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Answer while the database is away or has no connection left."""
    logger.error("The database did not answer: %s", error)
    away = Unavailable("The database does not answer right now.", retry_after=DATABASE_AWAY)
    return problem_of(request, away)


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer when the studio has failed, and write down how."""
    logger.error("An operation failed", exc_info=error)
    return problem_of(
        request, Broken("It is not your fault. Quote the request id to those who run the studio.")
    )


HANDLERS: Mapping[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    StudioError: problem_of,
    ValidationError: invalid_fields,
    AuthenticationError: unauthenticated,
    HttpError: refused,
    Http404: not_found,
    RequestDataTooBig: too_large,
    SuspiciousOperation: malformed,
    MultiPartParserError: malformed,
    UnreadablePostError: malformed,
    RawPostDataException: form_instead,
    OperationalError: database_away,
    Exception: broken,
}


def install(api: NinjaAPI) -> None:
    """Let this API answer every error by a problem."""
    for error, handler in HANDLERS.items():
        api.add_exception_handler(error, handler)

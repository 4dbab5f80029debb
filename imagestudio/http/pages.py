"""Pages for what went wrong: plain words, a number to quote, the frame kept."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.core.exceptions import ValidationError
from django.db.utils import DataError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from imagestudio.errors import Conflict, StudioError, Unavailable
from imagestudio.http.problems import status_of

logger = logging.getLogger(__name__)

ADDRESS_ERRORS = (ValidationError, ValueError, TypeError, DataError)


def page_of(request: HttpRequest, error: StudioError) -> HttpResponse:
    """Return the page for an error that the studio raised on purpose."""
    return error_page(request, status=status_of(error), title=error.title, detail=str(error))


def error_page(request: HttpRequest, *, status: int, title: str, detail: str) -> HttpResponse:
    """Return an error page with this status."""
    return render(
        request,
        "error.html",
        {"status": status, "title": title, "detail": detail, "request_id": request_id(request)},
        status=status,
    )


def request_id(request: HttpRequest) -> str:
    """Return what a person can quote when they write about this request."""
    return str(getattr(request, "id", ""))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token: most often the page was open for very long."""
    _ = reason
    return error_page(
        request,
        status=HTTPStatus.FORBIDDEN,
        title="This form has expired",
        detail="Go back, reload the page, and send it again. Nothing was changed.",
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be understood."""
    _ = exception
    return error_page(
        request,
        status=HTTPStatus.BAD_REQUEST,
        title="This request cannot be understood",
        detail="Go back and try again.",
    )


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is not allowed."""
    _ = exception
    return error_page(
        request,
        status=HTTPStatus.FORBIDDEN,
        title="Not allowed",
        detail="You are signed in, but this is not open to you.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address behind which there is nothing, or nothing of yours."""
    _ = exception
    return error_page(
        request,
        status=HTTPStatus.NOT_FOUND,
        title="Not found",
        detail="There is nothing at this address, or it is not yours to see.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the studio itself has failed."""
    return error_page(
        request,
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        title="Something went wrong here",
        detail="It is not your fault. The people who run the studio can find it by this number.",
    )


class ErrorPages:
    """A middleware with pages for errors that any view may meet."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        """Take what answers the request."""
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a database that is away, and for addresses that the admin does not check."""
        if isinstance(error, OperationalError):
            logger.error("The database did not answer: %s", error)
            return page_of(request, Unavailable("The database does not answer. Try again soon."))
        if isinstance(error, IntegrityError):  # two at once: the database took the first
            logger.warning("Two requests at once: %s", error)
            return page_of(request, Conflict("Somebody was quicker. Go back, and look again."))
        # The admin is to look at only, so what is wrong there came with the address.
        if request.path.startswith("/admin/") and isinstance(error, ADDRESS_ERRORS):
            return bad_request(request, error)
        return None

"""Pages for what went wrong: plain words, a number to quote, the frame kept."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from imagestudio.errors import StudioError
from imagestudio.http.problems import status_of


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

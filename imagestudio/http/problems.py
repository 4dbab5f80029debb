"""Domain errors as HTTP: the one place that knows which status an error has (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from django.http import HttpRequest, JsonResponse

from imagestudio import errors
from imagestudio.http import refusals

PROBLEM = "application/problem+json"

STATUSES: Mapping[type[errors.StudioError], HTTPStatus] = {
    refusals.Malformed: HTTPStatus.BAD_REQUEST,
    refusals.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    refusals.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    refusals.LengthRequired: HTTPStatus.LENGTH_REQUIRED,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnsupportedMedia: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Denied: HTTPStatus.FORBIDDEN,
    errors.Unaffordable: HTTPStatus.PAYMENT_REQUIRED,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def status_of(error: errors.StudioError) -> HTTPStatus:
    """Return the HTTP status of an error's category."""
    for category, status in STATUSES.items():
        if isinstance(error, category):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(
    request: HttpRequest,
    *,
    status: int,
    code: str,
    title: str,
    detail: str = "",
    fields: tuple[errors.FieldError, ...] = (),
    retry_after: float | None = None,
    extra: Mapping[str, object] | None = None,
) -> JsonResponse:
    """Return an `application/problem+json` answer."""
    body: dict[str, Any] = {
        "type": f"/api/v1/errors#{code}",
        "title": title,
        "status": status,
        "detail": detail or title,
        "code": code,
        "request_id": getattr(request, "id", ""),
    }
    if fields:
        body["errors"] = [
            {"field": one.field, "code": one.code, "message": one.message} for one in fields
        ]
    body.update({key: value for key, value in (extra or {}).items() if key not in body})
    response = JsonResponse(body, status=status, content_type=PROBLEM)
    if retry_after is not None:
        response["Retry-After"] = str(max(0, ceil(retry_after)))
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Image Studio"'
    return response


def problem_of(request: HttpRequest, error: errors.StudioError) -> JsonResponse:
    """Return the answer for an error that the studio raised on purpose."""
    return problem(
        request,
        status=status_of(error),
        code=error.code,
        title=error.title,
        detail=str(error),
        fields=error.fields,
        retry_after=error.retry_after,
        extra=error.extra,
    )

"""What every answer carries: an id to quote, and the word that it is private."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from inspect import iscoroutinefunction
from math import ceil
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from imagestudio.errors import Denied
from imagestudio.http.problems import PROBLEM, problem_of
from imagestudio.http.refusals import Broken, Malformed, MethodNotAllowed, NoSuchAddress

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")

Sync = Callable[[HttpRequest], HttpResponseBase]
Async = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
Middleware = Callable[[Sync | Async], Sync | Async]

REFUSALS = {400: Malformed, 403: Denied, 404: NoSuchAddress, 405: MethodNotAllowed, 500: Broken}


@sync_and_async_middleware
def request_id(get_response: Sync | Async) -> Sync | Async:
    """Give each request an id: in `request.id`, in every log line, and in `X-Request-Id`."""

    def begin(request: HttpRequest) -> str:
        name = uuid4().hex
        request.id = name  # type: ignore[attr-defined] # Django's requests take such notes
        REQUEST_ID.set(name)
        return name

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            name = begin(request)
            response: HttpResponseBase = await get_response(request)
            response["X-Request-Id"] = name
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        name = begin(request)
        response: HttpResponseBase = get_response(request)  # type: ignore[assignment] # sync here
        response["X-Request-Id"] = name
        return response

    return answer


def afterwards(finish: Callable[[HttpRequest, HttpResponseBase], HttpResponseBase]) -> Middleware:
    """Return a middleware that lets this function look at, change or replace every answer."""

    @sync_and_async_middleware
    def middleware(get_response: Sync | Async) -> Sync | Async:
        if iscoroutinefunction(get_response):

            async def answer_later(request: HttpRequest) -> HttpResponseBase:
                return finish(request, await get_response(request))

            return answer_later

        def answer(request: HttpRequest) -> HttpResponseBase:
            return finish(request, get_response(request))  # type: ignore[arg-type] # sync here

        return answer

    return middleware


@afterwards
def private_by_default(_request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Keep what a person sees out of every cache, unless the answer says otherwise itself."""
    response.setdefault("Cache-Control", "private, no-store")
    response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    return response


@afterwards
def problems_of_the_api(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Turn errors under /api/ that were answered before or beside its operations into problems."""
    known = REFUSALS.get(response.status_code)
    if known is None or not request.path.startswith("/api/"):
        return response
    if response.headers.get("Content-Type") == PROBLEM:
        return response
    refusal = problem_of(request, known())
    if "Allow" in response.headers:
        refusal["Allow"] = response["Allow"]
    return refusal


@afterwards
def rate_limits(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Tell a program how many calls it has left, if its calls were counted."""
    allowance = getattr(request, "allowance", None)
    if allowance is not None:
        response["RateLimit-Limit"] = str(allowance.limit)
        response["RateLimit-Remaining"] = str(max(0, allowance.left))
        response["RateLimit-Reset"] = str(ceil(allowance.reset))
    return response

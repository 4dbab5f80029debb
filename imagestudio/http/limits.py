"""Which bodies are read at all: how large one may be, by its address, and in which encoding.

What says that it is larger is refused before anything of it is read. Under ASGI a body may come
without saying how long it is, and Django would first write all of it to the disk: there it is cut
off where it passes the limit.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import cache
from inspect import iscoroutinefunction
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from imagestudio.errors import StudioError, TooLarge, UnsupportedMedia
from imagestudio.http.pages import page_of
from imagestudio.http.problems import problem_of
from imagestudio.http.refusals import LengthRequired

MULTIPART = "multipart/form-data"
UTF_8 = "utf-8"
ORDINARY = 1_000_000  # bytes: forms, and JSON without pictures
DRAINED = 64_000_000  # bytes that are thrown away after the limit, at most
DRAINING = 10  # seconds for it

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
View = Callable[[HttpRequest], Any]


@cache
def limits() -> tuple[tuple[re.Pattern[str], int], ...]:
    """Return which addresses take more than an ordinary body, and how many bytes they take."""
    one_picture = settings.MAX_UPLOAD_BYTES * 7 // 5  # base64 makes four bytes of three
    many_pictures = settings.MAX_REQUEST_BYTES
    return (
        (re.compile(r"/api/v1/(generations|estimates)"), many_pictures),
        (re.compile(r"/api/v1/images"), one_picture),
        (re.compile(r"/a/[^/]+/composer/sources"), one_picture),
        (re.compile(r"/a/[^/]+/(composer/(price|preview))?"), many_pictures),
    )


def limit_of(path: str) -> int:
    """Return how many bytes a body sent to this address may have."""
    return next((most for pattern, most in limits() if pattern.fullmatch(path)), ORDINARY)


def too_large(path: str) -> TooLarge:
    """Return the error for a body that is larger."""
    return TooLarge(f"A request to this address may have at most {limit_of(path):,} bytes.")


def wrong_with(request: HttpRequest) -> StudioError | None:
    """Return why a body is not read, judged by its headers; None when it may be."""
    said = request.META.get("CONTENT_LENGTH") or ""
    if said and not (said.isascii() and said.isdigit() and int(said) <= limit_of(request.path)):
        return too_large(request.path)
    if not said and request.content_type == MULTIPART:  # Django would take it for empty
        return LengthRequired(f"Say how long it is: {MULTIPART} needs a Content-Length.")
    if (request.encoding or UTF_8).lower().replace("_", "-") not in (UTF_8, "utf8", "us-ascii"):
        return UnsupportedMedia("Send text as UTF-8.")
    return None


@sync_and_async_middleware
def refuse_bodies(get_response: View) -> View:
    """Refuse bodies that cannot be taken, before anything of them is parsed."""

    def refusal(request: HttpRequest) -> HttpResponseBase | None:
        error = wrong_with(request)
        if error is None:
            return None
        answer = problem_of if request.path.startswith("/api/") else page_of
        return answer(request, error)

    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = refusal(request) or await get_response(request)
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = refusal(request) or get_response(request)
        return response

    return answer


class Cut(Exception):
    """A body has passed its limit while it was read."""


class BodyLimit:
    """An ASGI application that reads no more of a body than its address allows."""

    def __init__(self, application: Application) -> None:
        """Take the application to protect."""
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer 413 as soon as a body is, or says that it is, too large."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        most, left = limit_of(scope["path"]), limit_of(scope["path"])

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise Cut
            return message

        try:
            if said_length(scope) > most:
                raise Cut
            await self.application(scope, counted, send)
        except Cut:
            await drain(receive)
            await refuse(scope["path"], send)


def said_length(scope: Mapping[str, Any]) -> int:
    """Return what the Content-Length header says, 0 when it says nothing."""
    headers = dict(scope["headers"])
    said: bytes = headers.get(b"content-length", b"")
    return int(said) if said.isdigit() else 0


async def drain(receive: Receive) -> None:
    """Throw away some of what is still coming.

    A connection that is closed while the client still writes is reset, and with it the answer is
    lost that would have told the client why.
    """
    left = DRAINED
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAINING):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return


async def refuse(path: str, send: Send) -> None:
    """Send the answer for a body that is too large, of which the rest is not read."""
    response = problem_of(HttpRequest(), too_large(path))
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    headers.append((b"content-length", str(len(response.content)).encode()))
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})

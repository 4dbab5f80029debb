"""The one answer by which pictures leave: ranges, validators, and headers for hostile bytes.

Under ASGI a synchronous body would be read into memory as a whole, and under WSGI an asynchronous
one would be; so the body is given out as the server at hand wants it, 256 kB at a time.
"""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Literal, Protocol

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, parse_etags

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\"]')


class Chunks(Protocol):
    """Bytes on their way out, readable in both ways."""

    def __iter__(self) -> Iterator[bytes]:
        """Give out the pieces."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give out the pieces without holding up the event loop."""

    def close(self) -> None:
        """Let go of the file or connection."""


class OpenChunks(Protocol):
    """Opens stored bytes, `end` excluded; raises what the storage raises when they are missing."""

    def __call__(self, *, start: int, end: int) -> Chunks:
        """Return the open bytes."""


def bytes_response(
    request: HttpRequest,
    *,
    open_chunks: OpenChunks,
    size: int,
    mime: str,
    etag: str,
    filename: str = "",
    disposition: Literal["inline", "attachment"] = "inline",
    max_age: int = 0,
) -> HttpResponseBase:
    """Return stored bytes, or as much of them as was asked for.

    `size` in bytes; `etag` names exactly these bytes, without quotes; `max_age` in seconds, 0 for
    asking anew each time. Answers 200, 206, 304 or 416, and HEAD without opening anything.
    """
    known = not_modified(request, etag=etag, max_age=max_age)
    if known is not None:
        return known
    quoted = f'"{etag}"'
    asked = _asked_range(request, size=size, quoted=quoted)
    response: HttpResponseBase
    if asked is not None and not asked:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
    else:
        wanted = range(size) if asked is None else asked
        response = _body(request, open_chunks, wanted)
        if asked is not None:
            response.status_code = 206
            response["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{size}"
        response["Content-Type"] = mime
        response["Accept-Ranges"] = "bytes"
        response["Content-Disposition"] = _disposition(disposition, filename)
    response["ETag"] = quoted
    _guard(response, max_age=max_age)
    return response


def not_modified(request: HttpRequest, *, etag: str, max_age: int = 0) -> HttpResponse | None:
    """Return 304 if the caller has exactly these bytes, before anybody makes them anew."""
    quoted = f'"{etag}"'
    if not _is_known(request, quoted):
        return None
    response = HttpResponse(status=304)
    del response["Content-Type"]
    response["ETag"] = quoted
    _guard(response, max_age=max_age)
    return response


def stream_response(
    request: HttpRequest, chunks: Chunks, *, mime: str, filename: str
) -> HttpResponseBase:
    """Return bytes that are made while they leave, to be saved under a name.

    Nobody knows how many there will be: when making them fails, the connection is cut, which
    every client takes for a failure.
    """
    is_asynchronous = isinstance(request, ASGIRequest)
    response = _ChunksResponse(chunks, is_asynchronous=is_asynchronous)
    response["Content-Type"] = mime
    response["Content-Disposition"] = _disposition("attachment", filename)
    _guard(response, max_age=0)
    response["Cache-Control"] = "private, no-store, no-transform"
    return response


class _ChunksResponse(StreamingHttpResponse):
    """Chunks as the server at hand wants them, closed even if nobody reads the first."""

    def __init__(self, chunks: Chunks, *, is_asynchronous: bool) -> None:
        super().__init__(aiter(chunks) if is_asynchronous else iter(chunks))
        self._chunks = chunks

    def close(self) -> None:
        self._chunks.close()
        super().close()


def _body(request: HttpRequest, open_chunks: OpenChunks, wanted: range) -> HttpResponseBase:
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        chunks = open_chunks(start=wanted.start, end=wanted.stop)
        response = _ChunksResponse(chunks, is_asynchronous=isinstance(request, ASGIRequest))
    response["Content-Length"] = str(len(wanted))
    return response


def _guard(response: HttpResponseBase, *, max_age: int) -> None:
    freshness = f"max-age={max_age}" if max_age else "no-cache"
    response["Cache-Control"] = f"private, no-transform, {freshness}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"


def _disposition(disposition: str, filename: str) -> str:
    safe = UNSAFE_IN_NAMES.sub("_", filename)
    return content_disposition_header(disposition == "attachment", safe) or disposition


def _is_known(request: HttpRequest, quoted: str) -> bool:
    known = request.headers.get("If-None-Match", "")
    weakly = [tag.removeprefix("W/") for tag in parse_etags(known)]
    return quoted in weakly or weakly == ["*"]


def _asked_range(request: HttpRequest, *, size: int, quoted: str) -> range | None:
    """Return the one range that is asked for, empty if it lies outside; None if there is none.

    Several ranges, and what is no range of bytes, are ignored, as HTTP allows; so is a range of
    other bytes than these (If-Range).
    """
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    is_other = request.headers.get("If-Range", quoted) != quoted
    if request.method != "GET" or asked is None or is_other:
        return None
    first, last = asked[1], asked[2]
    if not first:  # the last so many bytes
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)

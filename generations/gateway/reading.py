"""Reading an HTTP response into memory with a ceiling, whatever the other side sends."""

from dataclasses import dataclass
from typing import Any, cast

import httpx
import orjson

from imagestudio.egress.coding import BadCoding, Coding

MAX_VALUES = 100_000  # commas and brackets; a real answer is few values, nearly all of it base64


class Unreadable(Exception):
    """What came is not an answer that holds a picture; the message says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a body, cut at a ceiling; `complete` is false when there were more."""

    data: bytes
    complete: bool

    @property
    def whole(self) -> bytes:
        """Return the bytes if there are no more of them; raises `Unreadable` otherwise."""
        if not self.complete:
            raise Unreadable("The answer is too large or was cut short.")
        return self.data


async def read_content(response: httpx.Response, *, limit: int) -> Content:
    """Read at most `limit` decoded bytes; raises httpx errors and `Unreadable`."""
    try:
        return await _decoded(response, limit)
    except BadCoding as exc:
        raise Unreadable(f"The answer came in {exc}.") from exc


async def _decoded(response: httpx.Response, limit: int) -> Content:
    coding = Coding(response.headers.get("content-encoding", ""))
    parts: list[bytes] = []
    left = limit
    # As it came: an async transport answers with an async stream.
    async for chunk in cast("httpx.AsyncByteStream", response.stream):
        part = coding.decode(chunk, left + 1)
        parts.append(part[:left])
        if len(part) > left:
            return Content(b"".join(parts), complete=False)
        left -= len(part)
    return Content(b"".join(parts), complete=coding.finished)


def parse_json(data: bytes) -> Any:
    """Parse one JSON document with bounded memory; raises `Unreadable`.

    Three bytes of hostile JSON can become sixty of objects, so values are counted first;
    base64 contains none of the counted signs.
    """
    if any(_has_more_than(MAX_VALUES, sign, data) for sign in (b",", b"[", b"{")):
        raise Unreadable("The answer holds too many values.")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as exc:
        raise Unreadable("The answer is not JSON." if data else "The answer is empty.") from exc


def _has_more_than(most: int, sign: bytes, data: bytes) -> bool:
    """Tell whether a sign occurs too often; `find` skips megabytes of base64, `count` does not."""
    position = -1
    for _ in range(most + 1):
        position = data.find(sign, position + 1)
        if position < 0:
            return False
    return True

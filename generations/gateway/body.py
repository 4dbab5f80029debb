from collections.abc import AsyncGenerator
from contextlib import aclosing

import orjson
import pybase64

from generations.gateway.request import RunRequest, SourceBytes

ENCODED_AT_ONCE = 196_608  # bytes; a multiple of 3, and well under a millisecond of the event loop
BLOCK = 65_536  # bytes gathered before a write, so that small pieces do not become small packets


class SourceUnreadable(Exception):
    """A source picture could not be read, or was not as long as it said."""


class RequestBody:
    """The JSON of a call as a stream of exactly `length` bytes, never held as a whole.

    `begun` turns true just before the first block is handed to the connection: until then it
    is certain that the gateway has received nothing it could bill.
    """

    def __init__(self, request: RunRequest) -> None:
        """Lay out the JSON around the pictures; raises `TypeError` for what JSON cannot hold."""
        self._sources = request.sources
        self._head, self._tail = _frame(request)
        self.begun = False
        self.length = len(self._head) + len(self._tail) + sum(map(_quoted, self._sources))
        self.length += max(0, len(self._sources) - 1)  # commas

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        gathered: list[bytes] = []
        size = 0
        async with aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                gathered.append(piece)
                size += len(piece)
                if size >= BLOCK:
                    self.begun = True
                    yield b"".join(gathered)
                    gathered.clear()
                    size = 0
        self.begun = True
        yield b"".join(gathered)

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        yield self._head
        for position, source in enumerate(self._sources):
            yield (b"," if position else b"") + _prefix(source)
            async with aclosing(_base64(source)) as encoded:
                async for piece in encoded:
                    yield piece
            yield b'"'
        yield self._tail


def _frame(request: RunRequest) -> tuple[bytes, bytes]:
    """Return the JSON before and after the list of pictures."""
    model = orjson.dumps(request.model)
    values = orjson.dumps(dict(request.input))
    head = b'{"model":' + model + b',"input":' + values
    if not request.sources:
        return head, b"}"
    comma = b"," if request.input else b""
    return head[:-1] + comma + b'"images":[', b"]}}"


def _prefix(source: SourceBytes) -> bytes:
    return b'"data:' + source.mime.encode("ascii") + b";base64,"


def _quoted(source: SourceBytes) -> int:
    """Return the bytes that a source takes in the JSON, its quotes included."""
    return len(_prefix(source)) + 4 * -(-source.size // 3) + 1


async def _base64(source: SourceBytes) -> AsyncGenerator[bytes, None]:
    """Encode a source piece by piece, each piece a multiple of three bytes but the last."""
    rest = b""
    async with aclosing(_measured(source)) as chunks:
        async for chunk in chunks:
            data = rest + chunk
            whole = len(data) - len(data) % 3
            view = memoryview(data)
            for start in range(0, whole, ENCODED_AT_ONCE):
                yield pybase64.b64encode(view[start : min(start + ENCODED_AT_ONCE, whole)])
            rest = data[whole:]
    if rest:
        yield pybase64.b64encode(rest)


async def _measured(source: SourceBytes) -> AsyncGenerator[bytes, None]:
    """Pass a source's chunks on; raise `SourceUnreadable` if they are not `size` bytes in all."""
    left = source.size
    chunks = source.chunks()
    try:
        async for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
    except Exception as exc:  # each storage raises its own kinds; here all mean the same
        raise SourceUnreadable("A source picture could not be read from storage.") from exc
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()
    if left:
        raise SourceUnreadable("A source picture is not as long as its record says.")

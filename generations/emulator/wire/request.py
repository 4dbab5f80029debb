"""One HTTP request, unpacked from its ASGI scope."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from generations.emulator.asgi import Receive, Scope


@dataclass(frozen=True, kw_only=True)
class Request:
    """Header names are lower case; of a repeated header or key the last one counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    receive: Receive

    async def body(self) -> bytes:
        """Read the whole body; for the small ones."""
        parts = [part async for part in chunks(self.receive)]
        return b"".join(parts)


class ClientGoneError(ConnectionError):
    """The client went away before its request was complete."""


def unpack(scope: Scope, receive: Receive) -> Request:
    """Give the request of an ASGI scope."""
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        headers={
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        },
        receive=receive,
    )


async def chunks(receive: Receive) -> AsyncIterator[bytes]:
    """Give the body piece by piece."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        more = message.get("more_body", False)
        yield message.get("body", b"")

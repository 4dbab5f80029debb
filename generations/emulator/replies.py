"""A reply: status, headers, bytes, and the manner in which it is delivered."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from generations.emulator.asgi import Receive, Send

Headers = tuple[tuple[str, str], ...]
Delivery = Callable[["Reply", Receive, Send], Awaitable[None]]


async def whole(reply: "Reply", _receive: Receive, send: Send) -> None:
    """Deliver a reply as any honest server does."""
    headers = [(name.encode(), value.encode()) for name, value in reply.headers]
    if reply.status != 204:  # a reply without content has no length either
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back to the client."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    delivery: Delivery = whole


def json_reply(payload: Any, *, status: int = 200, headers: Headers = ()) -> Reply:
    """Give a reply with a JSON body."""
    return Reply(
        status=status,
        headers=(("content-type", "application/json"), *headers),
        body=json.dumps(payload).encode(),
    )


def envelope(result: Any, **more: Any) -> Reply:
    """Give a reply in Cloudflare's v4 envelope, as its management routes answer."""
    return json_reply({"result": result, "success": True, "errors": [], "messages": [], **more})

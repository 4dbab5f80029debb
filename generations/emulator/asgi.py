"""The words of ASGI that the emulator uses, and the extension that lets a reply break HTTP.

An ordinary ASGI application cannot reset a connection or promise more bytes than it sends. The
emulator's server adds ``"emulator.transport"`` to ``scope["extensions"]`` and then also takes these
messages from the application:

    emulator.transport.raw    ``data``: bytes for the socket as they are, past the HTTP machinery;
                              the connection is closed when the application returns
    emulator.transport.reset  the connection is reset (TCP RST)
    emulator.transport.close  the connection is closed (TCP FIN), whatever was promised
    emulator.transport.close_at_next_request
                              this answer ends well; the connection is closed as soon as the next
                              request on it begins

It also runs the application once for each new connection, with the scope type
``"emulator.connection"``, before a byte is read: the only place for a reset at accept.
"""

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

EXTENSION = "emulator.transport"
CONNECTION = "emulator.connection"
RAW = "emulator.transport.raw"
RESET = "emulator.transport.reset"
CLOSE = "emulator.transport.close"
CLOSE_AT_NEXT = "emulator.transport.close_at_next_request"

"""Looking at a call's connection once more before anything that costs money leaves on it."""

import asyncio
import os
import socket
import time
from typing import Any

# Seconds between the request's head and its body. A box on the way that refuses a connection
# closes it right after accepting it: a moment later that is certain, and not yet a doubt.
MOMENT = 0.01
BEFORE_SENDING = ("http11.send_request_headers.started", "http11.send_request_body.started")


class HungUp(OSError):
    """The other side has closed the connection without an answer."""


class TooLate(OSError):
    """The call did not begin in time: this machine was asleep, or its process stopped."""


def clock() -> float:
    """Return seconds of a clock that goes on while the machine sleeps, and is never set back."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Connection:
    """Follows one call through the events of httpcore (the extension `trace`).

    Raises `HungUp` into the call when the other side is gone before the first byte of the body,
    and `TooLate` when it is past `begin_by` (seconds of `clock`).
    """

    def __init__(self, *, begin_by: float | None = None) -> None:
        self._begin_by = begin_by
        self._socket: Any = None

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        """Take note of an event; https://www.encode.io/httpcore/extensions/#trace names them."""
        if event == "connection.connect_tcp.complete":
            self._socket = info["return_value"].get_extra_info("socket")
        if event in BEFORE_SENDING and self._begin_by is not None and clock() > self._begin_by:
            raise TooLate("it was not sent in time")
        if event == "http11.send_request_body.started" and self._socket is not None:
            await asyncio.sleep(MOMENT)
            if has_hung_up(self._socket.fileno()):
                raise HungUp("the connection was closed before the request was sent")


def has_hung_up(descriptor: int) -> bool:
    """Say whether the other side has closed or reset a connection, and said nothing before.

    A negative descriptor is of one that has been closed on this side already, because of that.
    """
    if descriptor < 0:
        return True
    with socket.socket(fileno=os.dup(descriptor)) as line:
        try:
            return line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

"""A table of addresses: method, pattern, and the function that answers."""

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from generations.emulator.emulator import Emulator
from generations.emulator.replies import Reply
from generations.emulator.wire.request import Request

Handler = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True)
class Route:
    """One address; named groups of the pattern are handed to the handler by name."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, address: str, handler: Handler) -> Route:
    """Give a route; ``{name}`` in the address stands for one path segment."""
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(address))
    return Route(method, re.compile(pattern), handler)


async def answer(routes: Iterable[Route], emulator: Emulator, request: Request) -> Reply | None:
    """Give the reply of the first route that fits, None when none does."""
    for one in routes:
        match = one.pattern.fullmatch(request.path)
        if match and one.method == request.method:
            return await one.handler(emulator, request, **match.groupdict())
    return None

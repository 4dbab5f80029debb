"""A log that did not answer is left alone for a while, so that it is not asked in vain."""

import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from generations.gateway.answer import Completed
from generations.gateway.errors import LogUnavailable, LogUnsearchable
from generations.gateway.logs import GatewaySettings, LogEntry, LogReader

REST = 60.0  # seconds

P = ParamSpec("P")
T = TypeVar("T")


class RestingLogs:
    """Another reader, that is not asked for `rest` seconds after it could not be read."""

    def __init__(self, logs: LogReader, *, rest: float = REST) -> None:
        """Take the reader that is asked otherwise."""
        self._logs = logs
        self._rest = rest
        self._until = 0.0  # by the monotonic clock

    async def find_by_attempt(self, attempt_id: str) -> LogEntry | None:
        """Return the entry of an attempt, as the other reader."""
        return await self._asked(self._logs.find_by_attempt, attempt_id)

    async def get(self, log_id: str) -> LogEntry | None:
        """Return an entry by its id, as the other reader."""
        return await self._asked(self._logs.get, log_id)

    async def stored_answer(self, log_id: str) -> Completed | None:
        """Return the pictures of a stored answer, as the other reader.

        One that cannot be read says nothing of the others.
        """
        return await self._logs.stored_answer(log_id)

    async def gateway_settings(self) -> GatewaySettings:
        """Return what the gateway is set to, as the other reader."""
        return await self._logs.gateway_settings()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._logs.aclose()

    async def _asked(
        self, question: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if time.monotonic() < self._until:
            raise LogUnavailable("The gateway's log did not answer a moment ago.")
        try:
            return await question(*args, **kwargs)
        except LogUnsearchable:
            raise
        except LogUnavailable:
            self._until = time.monotonic() + self._rest
            raise

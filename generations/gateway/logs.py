"""The gateway's own log: whether a call was billed, what it cost, what it answered."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol
from urllib.parse import quote

import httpx

from generations.gateway.access import DEFAULT_API_BASE, Access, Timeouts, open_transport
from generations.gateway.answer import Completed, NotCompleted, read_answer
from generations.gateway.client import ANSWER_LIMIT, DEFAULT_GATEWAY
from generations.gateway.errors import LogUnavailable, LogUnsearchable
from generations.gateway.reading import Unreadable, parse_json, read_content

ENTRY_LIMIT = 4 * 1024 * 1024  # bytes of a page of entries
ATTEMPT_KEY = "attempt_id"  # the name under which an attempt's id travels in the metadata
LOG_TIMEOUTS = Timeouts(connect=5, write=10, read=20, total=30)
MOST_DOLLARS = 10_000  # a cost beyond is not a cost of one picture


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One call as the gateway's log has it; what the log leaves out or garbles is None.

    `cost` is in micro-dollars; 0 for an answer from the cache.
    """

    id: str
    success: bool | None
    cached: bool
    status_code: int | None
    cost: int | None
    tokens_in: int | None
    tokens_out: int | None
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What the gateway is set to, as far as money hangs on it; None where it does not say.

    `tries` is how often the gateway itself makes a call that fails.
    """

    collects_logs: bool | None
    tries: int | None


class LogReader(Protocol):
    """What the studio asks of the gateway's log; every question may raise `LogUnavailable`.

    None means that the log is readable and has no such entry now. Soon after a call that
    proves nothing: entries arrive late.
    """

    async def find_by_attempt(self, attempt_id: str) -> LogEntry | None:
        """Return the entry of an attempt, the successful one if there are several."""
        ...

    async def get(self, log_id: str) -> LogEntry | None:
        """Return an entry by its id."""
        ...

    async def stored_answer(self, log_id: str) -> Completed | None:
        """Return the pictures of an entry's stored answer, if it was stored and holds any."""
        ...

    async def gateway_settings(self) -> GatewaySettings:
        """Return what the gateway is set to."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class UnavailableLogs:
    """The reader for accounts whose gateway has no log that can be asked."""

    async def find_by_attempt(self, attempt_id: str) -> LogEntry | None:
        """Raise `LogUnavailable`."""
        raise LogUnavailable(f"No log can be asked about attempt {attempt_id}.")

    async def get(self, log_id: str) -> LogEntry | None:
        """Raise `LogUnavailable`."""
        raise LogUnavailable(f"No log can be asked about entry {log_id}.")

    async def stored_answer(self, log_id: str) -> Completed | None:
        """Raise `LogUnavailable`."""
        raise LogUnavailable(f"No log can be asked for the answer {log_id}.")

    async def gateway_settings(self) -> GatewaySettings:
        """Raise `LogUnavailable`."""
        raise LogUnavailable("No gateway can be asked for its settings.")

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""


class CloudflareLogs:
    """Reads the log of one gateway through Cloudflare's API."""

    def __init__(
        self,
        *,
        account_id: str,
        api_token: str,
        api_base: str = DEFAULT_API_BASE,
        gateway_id: str = DEFAULT_GATEWAY,
        timeouts: Timeouts = LOG_TIMEOUTS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Raise `ValueError` for settings with which nothing could be read."""
        self._access = Access(account_id, api_token, api_base)
        self._gateway = f"ai-gateway/gateways/{quote(gateway_id, safe='')}"
        self._path = f"{self._gateway}/logs"
        self._timeouts = timeouts
        self._transport = transport or open_transport()
        self._redactor = self._access.redactor()

    def __repr__(self) -> str:
        return f"CloudflareLogs({self._access!r})"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def find_by_attempt(self, attempt_id: str) -> LogEntry | None:
        """Return the entry of an attempt, the successful one if there are several."""
        # The API's filters on a metadata key and a value are not paired: a value is enough to
        # find the few entries, and the pair is looked for here.
        filters = [{"key": "metadata.value", "operator": "eq", "value": [attempt_id]}]
        query = httpx.QueryParams({"filters": json.dumps(filters), "per_page": "50"})
        content = await self._read(f"{self._path}?{query}", limit=ENTRY_LIMIT)
        rows = _result(content) if content else None
        if not isinstance(rows, list):  # 404: this account has no such log, which proves nothing
            raise LogUnavailable("The gateway has no log that can be searched.")
        entries = {entry.id: entry for row in rows if (entry := _entry(row))}
        found = [one for one in entries.values() if attempt_id in one.metadata.values()]
        if len(found) < len(entries):  # it ignores the question, or leaves the metadata out
            raise LogUnsearchable("The gateway's log does not keep to what it is asked for.")
        return _one_of([one for one in found if one.metadata.get(ATTEMPT_KEY) == attempt_id])

    async def get(self, log_id: str) -> LogEntry | None:
        """Return an entry by its id."""
        content = await self._read(f"{self._path}/{quote(log_id, safe='')}", limit=ENTRY_LIMIT)
        return _entry(_result(content)) if content else None

    async def stored_answer(self, log_id: str) -> Completed | None:
        """Return the pictures of an entry's stored answer, if it was stored and holds any."""
        path = f"{self._path}/{quote(log_id, safe='')}/response"
        content = await self._read(path, limit=ANSWER_LIMIT)
        try:
            return read_answer(content, self._redactor) if content else None
        except (Unreadable, NotCompleted):
            return None

    async def gateway_settings(self) -> GatewaySettings:
        """Return what the gateway is set to."""
        content = await self._read(self._gateway, limit=ENTRY_LIMIT)
        found = _result(content) if content else {}  # 404: there is nobody to ask
        if not isinstance(found, dict):
            raise LogUnavailable("The gateway does not tell its settings.")
        collects, tries = found.get("collect_logs"), found.get("retry_max_attempts", "")
        return GatewaySettings(
            collects_logs=collects if isinstance(collects, bool) else None,
            tries=1 if tries is None else _count(tries),  # null: it was never set
        )

    async def _read(self, path: str, *, limit: int) -> bytes | None:
        """Return the body of a page of the API, or None where it says 404."""
        request = httpx.Request(
            "GET",
            self._access.url(path),
            headers=self._access.headers(),
            extensions=self._timeouts.as_extension(),
        )
        try:
            async with asyncio.timeout(self._timeouts.total):
                status, content = await self._exchange(request, limit=limit)
        except (httpx.HTTPError, OSError, Unreadable) as exc:
            reason = self._redactor.clean(f"{type(exc).__name__}: {exc}")
            raise LogUnavailable(f"The gateway's log could not be read ({reason}).") from exc
        if status == httpx.codes.NOT_FOUND:
            return None
        if status != httpx.codes.OK:
            raise LogUnavailable(f"The gateway's log answered with HTTP {status}.")
        return content

    async def _exchange(self, request: httpx.Request, *, limit: int) -> tuple[int, bytes]:
        response = await self._transport.handle_async_request(request)
        try:
            content = await read_content(response, limit=limit)
            return response.status_code, content.whole
        finally:
            await response.aclose()


def _result(content: bytes) -> Any:
    """Return what the API's envelope holds; raises `LogUnavailable` if it is no such envelope."""
    try:
        document = parse_json(content)
    except Unreadable as exc:
        raise LogUnavailable("The gateway's log answered with something else than JSON.") from exc
    if not isinstance(document, dict) or document.get("success") is not True:
        raise LogUnavailable("The gateway's log answered that it did not succeed.")
    return document.get("result")


def _entry(row: Any) -> LogEntry | None:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        return None
    success = row.get("success")
    return LogEntry(
        id=row["id"],
        success=success if isinstance(success, bool) else None,
        cached=row.get("cached") is True,
        status_code=_count(row.get("status_code")),
        cost=_microdollars(row.get("cost")),
        tokens_in=_count(row.get("tokens_in")),
        tokens_out=_count(row.get("tokens_out")),
        metadata=_metadata(row.get("metadata")),
    )


def _one_of(entries: list[LogEntry]) -> LogEntry | None:
    """Return the entry of a call, the successful one if the gateway itself made it several times.

    Then it cost what all of them cost.
    """
    if len(entries) < 2:
        return next(iter(entries), None)
    costs = [entry.cost for entry in entries if entry.cost is not None]
    best = max(entries, key=lambda entry: entry.success is True)
    return replace(best, cost=sum(costs) if costs else None)


def _count(value: Any) -> int | None:
    """Return a number of things, or None for what is not one: negative, fractional, text."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        return None
    return value


def _microdollars(dollars: Any) -> int | None:
    """Return dollars as whole micro-dollars, rounded to the nearest, or None for a strange cost."""
    if isinstance(dollars, bool) or not isinstance(dollars, int | float | str):
        return None
    try:
        amount = Decimal(str(dollars))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 <= amount <= MOST_DOLLARS:
        return None
    return int((amount * 1_000_000).to_integral_value())


def _metadata(value: Any) -> Mapping[str, Any]:
    """Return an entry's metadata, which arrives as an object or as JSON in a text."""
    if isinstance(value, str):
        try:
            value = parse_json(value.encode("utf-8", "replace"))
        except Unreadable:
            return {}
    return value if isinstance(value, dict) else {}

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from generations.gateway.access import DEFAULT_API_BASE, Access, Timeouts, open_transport
from generations.gateway.answer import NotCompleted, Result, read_answer
from generations.gateway.body import RequestBody, SourceUnreadable
from generations.gateway.connection import Connection
from generations.gateway.failures import Failures
from generations.gateway.reading import Content, Unreadable, read_content
from generations.gateway.request import RunRequest

ANSWER_LIMIT = 64 * 1024 * 1024  # bytes of an answer; some pictures of 4K as base64
COMPLAINT_LIMIT = 1024 * 1024  # bytes of an error body
DEFAULT_GATEWAY = "default"


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished call: its pictures in the order in which they came, and what names it.

    `body` is the answer's own object (`state`, `result`, `gatewayMetadata`) with long texts
    elided, small enough for a row. `cache_status` is `HIT`, `MISS` or nothing.
    """

    images: tuple[Result, ...]
    state: str | None
    key_source: str | None
    log_id: str | None
    request_id: str | None
    event_id: str | None
    cache_status: str | None
    body: dict[str, Any]
    http_status: int


class Gateway:
    """Cloudflare's gateway, or the emulator that speaks the same HTTP: one paid call at a time.

    Opening one loads the certificates, so keep it for the life of a process; any number of
    calls may run in it at once. It never sends a call twice, follows no redirect and reads no
    proxy from the environment.
    """

    def __init__(
        self,
        *,
        account_id: str,
        api_token: str,
        api_base: str = DEFAULT_API_BASE,
        gateway_id: str = DEFAULT_GATEWAY,
        timeouts: Timeouts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Raise `ValueError` for settings with which no call could be made."""
        self._access = Access(account_id, api_token, api_base)
        self._gateway_id = gateway_id
        self._timeouts = timeouts or Timeouts()
        self._transport = transport or open_transport()
        self._failures = Failures(self._access.redactor())

    def __repr__(self) -> str:
        return f"Gateway({self._access!r}, gateway_id={self._gateway_id!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def run(self, request: RunRequest) -> Answer:
        """Send one call and return its pictures; raises a `GatewayError` in every other case.

        A cancelled call raises `CancelledError`; its outcome is then unknown to the caller too.
        """
        body = RequestBody(request)
        sent = httpx.Request(
            "POST",
            self._access.url("ai/run"),
            headers=self._headers(request, body.length),
            content=body,
            extensions={
                **self._timeouts.as_extension(),
                "trace": Connection(begin_by=request.begin_by),
            },
        )
        try:
            async with asyncio.timeout(self._timeouts.total):
                return await self._exchange(sent)
        # ssl errors and the total deadline are OSErrors
        except (httpx.HTTPError, OSError, SourceUnreadable) as exc:
            raise self._failures.broken_off(exc, begun=body.begun) from exc

    def _headers(self, request: RunRequest, length: int) -> dict[str, str]:
        headers = self._access.headers() | {
            "Content-Type": "application/json",
            "Content-Length": str(length),
            "cf-aig-max-attempts": "1",
            "cf-aig-cache-key": request.cache_key,
            "cf-aig-cache-ttl": str(request.cache_ttl),
        }
        if request.metadata:
            headers["cf-aig-metadata"] = json.dumps(dict(request.metadata))
        if request.skip_cache:
            headers["cf-aig-skip-cache"] = "true"
        # Unnamed, the gateway "default" is made by the first call; a named one must exist.
        if self._gateway_id != DEFAULT_GATEWAY:
            headers["cf-aig-gateway-id"] = self._gateway_id
        return headers

    async def _exchange(self, sent: httpx.Request) -> Answer:
        response = await self._transport.handle_async_request(sent)
        try:
            if response.is_success:
                return await self._answer(response)
            raise self._failures.complaint(response, await _complaint_of(response))
        finally:
            await response.aclose()

    async def _answer(self, response: httpx.Response) -> Answer:
        content = Content(b"", complete=False)
        try:
            content = await read_content(response, limit=ANSWER_LIMIT)
            completed = read_answer(content.whole, self._failures.redactor)
        except NotCompleted as exc:
            raise self._failures.not_completed(str(exc), response, content) from exc
        except Unreadable as exc:
            raise self._failures.bad_answer(str(exc), response, content) from exc
        header = self._failures.header
        return Answer(
            images=completed.images,
            state=completed.state,
            key_source=completed.key_source,
            log_id=header(response, "cf-aig-log-id"),
            request_id=header(response, "cf-aig-request-id"),
            event_id=header(response, "cf-aig-event-id"),
            cache_status=header(response, "cf-aig-cache-status"),
            body=completed.body,
            http_status=response.status_code,
        )


async def _complaint_of(response: httpx.Response) -> Content:
    """Read an error body; a status that has arrived stays true when its body does not."""
    try:
        return await read_content(response, limit=COMPLAINT_LIMIT)
    except (httpx.HTTPError, OSError, Unreadable):
        return Content(b"", complete=False)

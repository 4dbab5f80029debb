import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias, cast

import httpx

from imagestudio.egress.addresses import Address, is_public, parse_address
from imagestudio.egress.coding import BadCoding, Coding
from imagestudio.egress.errors import FetchFailed, ForbiddenAddress, TooLarge
from imagestudio.egress.target import HTTPS_PORT, Hosts, Target, parse_target

MAX_BYTES = 40 * 1024 * 1024
TOTAL_SECONDS = 60.0
PAUSES = (0.5, 1.5)  # seconds before the second and the third try
# A picture may be asked for a moment before it can be read everywhere, so 404 counts too.
WORTH_ANOTHER_TRY = frozenset({404, 408, 425, 429}) | frozenset(range(500, 600))

Resolver: TypeAlias = Callable[[str], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Download:
    """What was fetched: the bytes, the type that the other side claims, and the address asked."""

    content: bytes
    content_type: str
    url: str


async def resolve(host: str) -> Sequence[str]:
    """Return every A and AAAA address of a name, as the system's resolver knows them."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Egress:
    """The one way out to addresses that somebody else has named.

    A name is resolved once, every address is checked, and exactly a checked address is
    connected to, under the name's certificate: a second answer of the name server is never
    asked for. No redirect is followed; no credentials, cookies or `Accept-Encoding` are sent.
    """

    def __init__(
        self,
        *,
        hosts: Sequence[str] = (),
        resolver: Resolver = resolve,
        pauses: Sequence[float] = PAUSES,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Allow any public https host, or only `hosts` (suffixes of names, 127.0.0.1:PORT).

        Raises `ValueError` for an entry of `hosts` that is neither.
        """
        self._hosts = Hosts.of(hosts)
        self._resolve = resolver
        self._pauses = tuple(pauses)
        self._transport = transport or httpx.AsyncHTTPTransport(
            # A kept connection belongs to an address and the name it was opened for; another
            # name on the same address must not get it.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

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

    async def fetch(
        self, url: str, *, max_bytes: int = MAX_BYTES, total_seconds: float = TOTAL_SECONDS
    ) -> Download:
        """Fetch an untrusted address; reading is free, so passing faults are tried again.

        Raises `ForbiddenAddress`, `TooLarge` or `FetchFailed`.
        """
        target = parse_target(url, self._hosts)
        try:
            async with asyncio.timeout(total_seconds):
                addresses = await self._checked_addresses(target)
                return await self._fetch_patiently(target, addresses, max_bytes)
        except TimeoutError as exc:
            message = f"{target.host} did not deliver within {total_seconds:g} seconds."
            raise FetchFailed(message, host=target.host, transient=True) from exc

    async def _checked_addresses(self, target: Target) -> Sequence[Address]:
        """Return the addresses of a target, each of them public; raises `ForbiddenAddress`."""
        literal = parse_address(target.host)
        if target.is_loopback and literal:
            return [literal]
        texts = [target.host] if literal else await self._lookup(target.host)
        addresses = [address for text in texts if (address := parse_address(text))]
        if len(addresses) != len(texts) or not all(map(is_public, addresses)):
            message = f"{target.host} has an address that is not of the public internet."
            raise ForbiddenAddress(message, host=target.host)
        return addresses

    async def _lookup(self, host: str) -> Sequence[str]:
        try:
            texts = await self._resolve(host)
        except (OSError, UnicodeError) as exc:
            message = f"{host} could not be looked up."
            raise FetchFailed(message, host=host, transient=True) from exc
        if not texts:
            raise FetchFailed(f"{host} has no address.", host=host, transient=True)
        return texts

    async def _fetch_patiently(
        self, target: Target, addresses: Sequence[Address], max_bytes: int
    ) -> Download:
        for pause in self._pauses:
            try:
                return await self._fetch_once(target, addresses, max_bytes)
            except FetchFailed as exc:
                if not exc.transient:
                    raise
            await asyncio.sleep(pause)
        return await self._fetch_once(target, addresses, max_bytes)

    async def _fetch_once(
        self, target: Target, addresses: Sequence[Address], max_bytes: int
    ) -> Download:
        try:
            response = await self._ask(target, addresses)
            try:
                return await _read(response, target, max_bytes)
            finally:
                await response.aclose()
        except (httpx.HTTPError, OSError) as exc:
            message = f"The connection to {target.host} failed ({type(exc).__name__})."
            raise FetchFailed(message, host=target.host, transient=True) from exc

    async def _ask(self, target: Target, addresses: Sequence[Address]) -> httpx.Response:
        """Ask the first of the addresses that can be connected to."""
        *others, last = addresses
        for address in others:
            try:
                return await self._transport.handle_async_request(_request(target, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._transport.handle_async_request(_request(target, last))


def _request(target: Target, address: Address) -> httpx.Request:
    """Return a request to a checked address that speaks under the target's name."""
    return httpx.Request(
        "GET",
        target.url.copy_with(host=str(address), fragment=None),
        headers={
            "Host": target.url.netloc.decode("ascii"),
            "Accept": "image/*, application/octet-stream;q=0.5",
            "Connection": "close",
            "User-Agent": "imagestudio",
        },
        extensions={
            "sni_hostname": target.host,
            "timeout": {"connect": 5.0, "write": 10.0, "read": 20.0, "pool": 5.0},
        },
    )


async def _read(response: httpx.Response, target: Target, max_bytes: int) -> Download:
    status = response.status_code
    if status != httpx.codes.OK:
        raise FetchFailed(
            f"{target.host} answered with HTTP {status}.",
            host=target.host,
            transient=status in WORTH_ANOTHER_TRY,
            status=status,
        )
    try:
        content = await _decoded(response, target, max_bytes)
    except BadCoding as exc:
        message = f"{target.host} sent {exc}."
        raise FetchFailed(message, host=target.host, transient=False, status=status) from exc
    return Download(
        content=content,
        content_type=response.headers.get("content-type", "")[:128],
        url=str(target.url),
    )


async def _decoded(response: httpx.Response, target: Target, max_bytes: int) -> bytes:
    """Return a body, its content coding undone although none was asked for. Raises BadCoding."""
    coding = Coding(response.headers.get("content-encoding", ""))
    parts: list[bytes] = []
    left = max_bytes
    # As it came: an async transport answers with an async stream.
    async for chunk in cast("httpx.AsyncByteStream", response.stream):
        part = coding.decode(chunk, left + 1)
        left -= len(part)
        if left < 0:
            message = f"{target.host} sends more than {max_bytes:,} bytes."
            raise TooLarge(message, host=target.host)
        parts.append(part)
    if not coding.finished:
        raise BadCoding("less than its content coding promised")
    return b"".join(parts)

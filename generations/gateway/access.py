"""How the gateway's account is reached: its addresses, its token, its connections."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from generations.gateway.redaction import Redactor

DEFAULT_API_BASE = "https://api.cloudflare.com/client/v4"
_TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, between two writes, between two reads, and for a whole call.

    Measured against the gateway's own habits: some middle box cuts at 300 s of silence.
    """

    connect: float = 5
    write: float = 60
    read: float = 300
    total: float = 420

    def as_extension(self) -> dict[str, object]:
        """Return the timeouts in the form in which httpx hands them to a transport."""
        return {
            "timeout": {
                "connect": self.connect,
                "write": self.write,
                "read": self.read,
                "pool": self.connect,
            }
        }


@dataclass(frozen=True, slots=True)
class Access:
    """An account of the gateway and the token that opens it; its repr does not show the token."""

    account_id: str
    api_token: str = field(repr=False)
    api_base: str = DEFAULT_API_BASE

    def __post_init__(self) -> None:
        if not self.account_id:
            raise ValueError("The gateway's account id is missing.")
        if not _TOKEN.fullmatch(self.api_token):
            raise ValueError("The gateway's token is missing or has unprintable characters.")
        base = httpx.URL(self.api_base)
        if not (base.scheme == "https" or (base.scheme == "http" and _is_loopback(base.host))):
            raise ValueError("The gateway's address is https, or http on the loopback address.")

    def url(self, path: str) -> str:
        """Return the address of a path below the account."""
        account = quote(self.account_id, safe="")
        return f"{self.api_base.rstrip('/')}/accounts/{account}/{path}"

    def headers(self) -> dict[str, str]:
        """Return the headers that every request carries.

        No compression, because pictures do not shrink and the answer's size stays bounded; a
        connection of its own for each call, because one that the other side has just closed
        would take a body and leave the call's outcome unknown.
        """
        return {
            "Authorization": f"Bearer {self.api_token}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "imagestudio",
        }

    def redactor(self) -> Redactor:
        """Return a redactor that knows the token."""
        return Redactor([self.api_token])


def open_transport() -> httpx.AsyncHTTPTransport:
    """Return a transport without limits of its own, proxies, redirects, cookies or retries."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(limits=limits, trust_env=False, http1=True, http2=False)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""From an untrusted address to a checked target, before any name is looked up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import httpx

from imagestudio.egress.addresses import parse_address
from imagestudio.egress.errors import ForbiddenAddress

LONGEST_URL = 8_192  # characters
HTTPS_PORT = 443

# What RFC 3986 allows to stand in an address: no spaces, controls, backslashes or non-ASCII.
_URL = re.compile(r"[!#$%&'()*+,./0-9:;=?@A-Z\[\]_a-z~-]+")
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9-]{1,63}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_WITH_USER = re.compile(r"[a-z]+://[^/?#]*@", re.IGNORECASE)
_LOOPBACK = re.compile(r"127\.0\.0\.1:[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts that may be asked: suffixes of names, and exact plain-http loopback ports.

    With no suffix and no port, any public host may be asked.
    """

    suffixes: tuple[str, ...]
    loopback: frozenset[str]

    @classmethod
    def of(cls, entries: Sequence[str]) -> Self:
        """Read the entries of a setting; raises `ValueError` for one that could match nothing."""
        names = [entry.strip().lower().strip(".") for entry in entries if entry.strip()]
        loopback = frozenset(name for name in names if _LOOPBACK.fullmatch(name))
        suffixes = tuple(name for name in names if name not in loopback)
        for suffix in suffixes:
            if not _NAME.fullmatch(suffix):
                raise ValueError(f"{suffix!r} is not a host name, nor 127.0.0.1 with a port.")
        return cls(suffixes, loopback)

    def admits(self, host: str) -> bool:
        """Tell whether a host may be asked by https: one of the names, or a name below one."""
        if not self.suffixes and not self.loopback:
            return True
        return any(host == suffix or host.endswith("." + suffix) for suffix in self.suffixes)


@dataclass(frozen=True, slots=True)
class Target:
    """An address whose form is allowed; its `host` is not looked up yet."""

    url: httpx.URL
    host: str
    is_loopback: bool  # a listed 127.0.0.1:PORT, to be asked as it is


def parse_target(text: str, hosts: Hosts) -> Target:
    """Return the target of an untrusted address; raises `ForbiddenAddress`."""
    if len(text) > LONGEST_URL or not _URL.fullmatch(text):
        raise ForbiddenAddress("This is not a web address.", host="")
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as exc:
        raise ForbiddenAddress("This is not a web address.", host="") from exc
    host = url.raw_host.decode("ascii").lower().removesuffix(".")
    if _WITH_USER.match(text):
        raise ForbiddenAddress(f"The address of {_shown(host)} carries a user name.", host=host)
    if url.scheme == "http" and f"{host}:{url.port}" in hosts.loopback:
        return Target(url, host, is_loopback=True)
    if url.scheme != "https" or (url.port or HTTPS_PORT) != HTTPS_PORT:
        raise ForbiddenAddress(f"{_shown(host)} may be asked only by https on port 443.", host=host)
    _check_host(host, hosts)
    return Target(url, host, is_loopback=False)


def _check_host(host: str, hosts: Hosts) -> None:
    if parse_address(host) is None:
        # Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses; a real name never ends so.
        last_label = host.rpartition(".")[2]
        if not _NAME.fullmatch(host) or _NUMBER.fullmatch(last_label):
            raise ForbiddenAddress(f"{_shown(host)} is not a host name.", host=host)
    if not hosts.admits(host):
        raise ForbiddenAddress(f"{_shown(host)} is not among the allowed hosts.", host=host)


def _shown(host: str) -> str:
    return host[:253] or "The host"

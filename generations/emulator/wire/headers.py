"""The gateway's own request headers and their rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

Scalar = str | int | float | bool
METADATA_ENTRIES = 5
CACHE_SECONDS = range(60, 31 * 24 * 3600 + 1)
CACHE_KEY_SECONDS = 300  # an own key switches caching on where it is off otherwise
RETRY_DELAY_LIMIT = 5000  # milliseconds
SECRET_HEADERS = {"authorization", "cookie", "cf-aig-authorization"}


@dataclass(frozen=True, kw_only=True)
class CacheWish:
    """How a call wants to be cached; `seconds` 0 is not at all."""

    key: str | None
    seconds: int
    skip: bool


@dataclass(frozen=True, kw_only=True)
class RetryWish:
    """How often the gateway itself calls the provider; times in seconds."""

    attempts: int
    delay: float
    backoff: str
    timeout: float | None

    def pause(self, failures: int) -> float:
        """Give the seconds to wait after so many failures."""
        match self.backoff:
            case "linear":
                return self.delay * failures
            case "exponential":
                return self.delay * 2.0 ** (failures - 1)
        return self.delay


def metadata(headers: Mapping[str, str]) -> dict[str, Scalar]:
    """Give the entries that the gateway keeps.

    The first five; names that begin with ``cf.`` are its own and dropped; a null, an object or a
    list as a value silently drops everything.
    """
    try:
        sent = json.loads(headers.get("cf-aig-metadata", "{}"))
    except ValueError:
        return {}
    if not isinstance(sent, dict):
        return {}
    if not all(isinstance(value, str | int | float | bool) for value in sent.values()):
        return {}
    own = {key: value for key, value in sent.items() if not key.startswith("cf.")}
    return dict(list(own.items())[:METADATA_ENTRIES])


def cache_wish(headers: Mapping[str, str], *, gateway_seconds: int) -> CacheWish:
    """Give what the cache headers ask, over the gateway's own setting in seconds."""
    key = headers.get("cf-aig-cache-key", headers.get("cf-cache-key"))
    sent = _number(headers.get("cf-aig-cache-ttl", headers.get("cf-cache-ttl")))
    seconds = sent if sent in CACHE_SECONDS else gateway_seconds
    if key and not seconds:
        seconds = CACHE_KEY_SECONDS
    skip = headers.get("cf-aig-skip-cache", headers.get("cf-skip-cache", "")).lower() == "true"
    return CacheWish(key=key, seconds=seconds, skip=skip)


def retry_wish(headers: Mapping[str, str], *, gateway: Mapping[str, object]) -> RetryWish:
    """Give what the retry headers ask, over the gateway's own settings."""

    def choose(header: str, setting: str) -> int:
        return _number(headers.get(header)) or _number(str(gateway.get(setting) or ""))

    timeout = _number(headers.get("cf-aig-request-timeout"))
    return RetryWish(
        attempts=min(max(choose("cf-aig-max-attempts", "retry_max_attempts"), 1), 5),
        delay=min(choose("cf-aig-retry-delay", "retry_delay"), RETRY_DELAY_LIMIT) / 1000,
        backoff=str(headers.get("cf-aig-backoff") or gateway.get("retry_backoff") or "constant"),
        timeout=timeout / 1000 if timeout else None,
    )


def switched_on(headers: Mapping[str, str], name: str) -> bool:
    """Tell whether a header that is on by default was left on."""
    return headers.get(name, "true").lower() != "false"


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Give the headers as they may be shown: names of secrets without the secrets."""
    return {
        name: "[redacted]" if name in SECRET_HEADERS else value for name, value in headers.items()
    }


def _number(sent: str | None) -> int:
    return int(sent) if sent and sent.isascii() and sent.isdigit() else 0

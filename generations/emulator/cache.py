"""The gateway's cache of answers: in memory, gone when the emulator ends."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generations.emulator.wire.headers import CacheWish

SIZE_LIMIT = 25 * 1024 * 1024  # bytes of a request that may be cached


@dataclass(frozen=True, kw_only=True)
class Cache:
    """Answers by key, each until its time is over."""

    _entries: dict[str, tuple[float, bytes]] = field(default_factory=dict)

    def find(self, key: str, wish: CacheWish) -> bytes | None:
        """Give the answer kept under a key, None when there is none or the call skips the cache."""
        expires, body = self._entries.get(key, (0.0, b""))
        return body if not wish.skip and time.monotonic() < expires else None

    def keep(self, key: str, wish: CacheWish, body: bytes, *, request_size: int) -> None:
        """Keep an answer, if the call wants that and its request is not too large (bytes)."""
        if wish.seconds and not wish.skip and request_size <= SIZE_LIMIT:
            self._entries[key] = (time.monotonic() + wish.seconds, body)


def cache_key(
    *, gateway_id: str, own_key: str | None, model: str, sent: Mapping[str, Any], sources: list[str]
) -> str:
    """Give the key of a call: its own if it has one, otherwise everything that makes the picture.

    `sources` are the SHA-256 of the source pictures, in order.
    """
    if own_key is not None:
        return f"{gateway_id}/own/{own_key}"
    rest = {name: value for name, value in sent.items() if name != "images"}
    text = json.dumps([model, rest, sources], sort_keys=True, default=str)
    return f"{gateway_id}/{hashlib.sha256(text.encode()).hexdigest()}"

"""One call: what is known when its head has arrived, and what its body turns out to ask."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generations.emulator.faults.effects import Plan
from generations.emulator.identifiers import ulid
from generations.emulator.models.catalogue import Model
from generations.emulator.replies import Headers
from generations.emulator.wire.headers import CacheWish, RetryWish, Scalar, metadata, switched_on
from generations.emulator.wire.request import Request
from generations.emulator.wire.sources import Source


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call as its head describes it."""

    request: Request
    account_id: str
    gateway_id: str
    metadata: Mapping[str, Scalar]
    call_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    log_id: str = field(default_factory=ulid)
    event_id: str = field(default_factory=ulid)
    started: float = field(default_factory=time.monotonic)

    @property
    def token(self) -> str:
        """Give the bearer token that was sent, an empty text if none was."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else ""

    @property
    def logs_payload(self) -> bool:
        """Tell whether the call lets its prompt and answer be logged."""
        return self.logs and switched_on(self.request.headers, "cf-aig-collect-log-payload")

    @property
    def logs(self) -> bool:
        """Tell whether the call lets itself be logged at all."""
        return switched_on(self.request.headers, "cf-aig-collect-log")

    def headers(self, *, logged: bool = True, cache_status: str | None = "MISS") -> Headers:
        """Give the gateway's response headers."""
        return tuple(
            (name, value)
            for name, value in (
                ("cf-aig-log-id", self.log_id if logged and self.logs else None),
                ("cf-aig-request-id", self.log_id),
                ("cf-aig-event-id", self.event_id),
                ("cf-aig-step", "0" if logged else None),
                ("cf-aig-cache-status", cache_status if logged else None),
            )
            if value is not None
        )


@dataclass(frozen=True, kw_only=True)
class Content:
    """A body that fits its model's schema."""

    model: Model
    sent: Mapping[str, Any]
    prompt: str
    body_bytes: int
    sources: tuple[Source, ...]
    bad_source: str | None  # the provider's words about a source that it cannot use


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a call asks for, and what it will meet."""

    content: Content
    plan: Plan
    facts: Mapping[str, Any]
    cache_key: str
    cache: CacheWish
    retries: RetryWish


def open_call(request: Request, *, account_id: str) -> Call:
    """Give the call of a request whose body has not been read yet."""
    return Call(
        request=request,
        account_id=account_id,
        gateway_id=request.headers.get("cf-aig-gateway-id", "default"),
        metadata=metadata(request.headers),
        event_id=request.headers.get("cf-aig-event-id") or ulid(),
    )

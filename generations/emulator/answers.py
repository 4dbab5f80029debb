"""The successful answer: what the model gave, wrapped as the REST route wraps it."""

import json
from dataclasses import dataclass
from typing import Any

from generations.emulator.replies import Headers, Reply

JSON_HEADERS: Headers = (("content-type", "application/json"),)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer in the making: `raw` bytes, where set, stand instead of everything else."""

    inner: Any
    wrapped: bool = True
    status: int = 200
    headers: Headers = JSON_HEADERS
    raw: bytes | None = None

    def payload(self) -> Any:
        """Give the JSON value that is sent."""
        if not self.wrapped:
            return self.inner
        return {"result": self.inner, "success": True, "errors": [], "messages": []}

    def body(self) -> bytes:
        """Give the bytes that are sent."""
        return json.dumps(self.payload()).encode() if self.raw is None else self.raw

    def reply(self, *, headers: Headers) -> Reply:
        """Give the reply, with the gateway's own headers beside its own."""
        return Reply(status=self.status, headers=(*self.headers, *headers), body=self.body())


def completed(image: str) -> Answer:
    """Give the answer of a call that went well; `image` is an address, a data URI or base64."""
    return Answer(
        inner={
            "state": "Completed",
            "result": {"image": image},
            "gatewayMetadata": {"keySource": "Unified"},
        }
    )

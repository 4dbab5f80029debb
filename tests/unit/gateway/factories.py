import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson

from generations.gateway import Gateway, RunRequest, SourceBytes, Timeouts

TOKEN = "cf-token-0123456789abcdef"
IMAGE_URL = "https://pictures.example/one.png?signature=abc"


def make_gateway(api_base: str, **settings: Any) -> Gateway:
    return Gateway(account_id="acct", api_token=TOKEN, api_base=api_base, **settings)


def make_request(**changes: Any) -> RunRequest:
    fields = {
        "model": "openai/gpt-image-2",
        "input": {"prompt": "A lighthouse"},
        "sources": (),
        "metadata": {"attempt_id": "a1", "account_id": "c1", "generation_id": "g1"},
        "cache_key": "g1",
    }
    return RunRequest(**fields | changes)


def make_source(data: bytes, *, mime: str = "image/png", chunk: int = 262_144) -> SourceBytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), chunk):
            await asyncio.sleep(0)
            yield data[start : start + chunk]

    return SourceBytes(size=len(data), mime=mime, chunks=chunks)


def wrapped(image: Any = IMAGE_URL, **inner: Any) -> bytes:
    """An answer inside the API's envelope, as the REST address gives it."""
    result = {
        "state": "Completed",
        "result": {"image": image},
        "gatewayMetadata": {"keySource": "Unified"},
    }
    return orjson.dumps({"result": result | inner, "success": True, "errors": [], "messages": []})


def impatient(**changes: float) -> Timeouts:
    """Timeouts short enough for a test that waits for one of them to pass."""
    return Timeouts(**{"connect": 1, "write": 1, "read": 1, "total": 5} | changes)

import io
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

from PIL import Image

from generations.catalogue import Parameters, find, wire_input
from generations.gateway import Gateway, RunRequest, SourceBytes
from tests.integration.emulator_process import EmulatorProcess


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


def source(data: bytes) -> SourceBytes:
    async def chunks() -> AsyncIterator[bytes]:
        yield data

    return SourceBytes(size=len(data), mime="image/png", chunks=chunks)


def make_request(
    *,
    model: str = "openai/gpt-image-2",
    prompt: str = "A heron at first light",
    sources: Sequence[bytes] = (),
    cache_key: str | None = None,
    **parameters: str,
) -> RunRequest:
    return RunRequest(
        model=model,
        input=wire_input(find(model), Parameters(**parameters), prompt),
        sources=[source(data) for data in sources],
        metadata={"attempt_id": str(uuid.uuid4())},
        cache_key=cache_key or str(uuid.uuid4()),
    )


def gateway_of(emulator: EmulatorProcess, **changes: Any) -> Gateway:
    settings = {
        "account_id": emulator.account_id,
        "api_token": emulator.token,
        "api_base": emulator.base_url,
    }
    return Gateway(**settings | changes)

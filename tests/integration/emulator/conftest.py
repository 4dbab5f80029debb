"""Somebody who calls the emulator, and pictures to send."""

import base64
import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.integration.emulator_process import EmulatorProcess


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls the gateway as a client with good credentials does."""

    emulator: EmulatorProcess
    client: httpx.Client

    def run(
        self,
        prompt: str = "A heron",
        *,
        model: str = "openai/gpt-image-2",
        metadata: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **parameters: Any,
    ) -> httpx.Response:
        sent = {"model": model, "input": {"prompt": prompt, **parameters}}
        return self.post(sent, metadata=metadata, headers=headers)

    def post(
        self,
        body: Any,
        *,
        metadata: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        own = {
            "authorization": f"Bearer {self.emulator.token}",
            "content-type": "application/json",
        }
        if metadata is not None:
            own["cf-aig-metadata"] = json.dumps(metadata)
        return self.client.post(
            self.emulator.run_url, content=json.dumps(body), headers={**own, **(headers or {})}
        )

    def picture(self, answer: httpx.Response) -> Image.Image:
        """Fetch the picture of an answer."""
        fetched = self.client.get(image_of(answer)).raise_for_status()
        return Image.open(io.BytesIO(fetched.content))

    def get(self, path: str, **query: str) -> httpx.Response:
        """Ask an address below the account."""
        address = f"{self.emulator.base_url}/accounts/{self.emulator.account_id}/{path}"
        headers = {"authorization": f"Bearer {self.emulator.token}"}
        return self.client.get(address, params=query, headers=headers)

    def row(self, attempt_id: str) -> dict[str, Any]:
        """The charge book's only row of an attempt."""
        (row,) = self.emulator.charges(attempt_id=attempt_id)
        return row


@pytest.fixture
def caller(emulator: EmulatorProcess) -> Iterator[Caller]:
    """A caller who gets sketches: most tests are not about what is in the picture."""
    emulator.set_fault("sketch")
    with httpx.Client(timeout=60, trust_env=False, verify=False) as client:
        yield Caller(emulator=emulator, client=client)


@pytest.fixture
def attempt_id() -> str:
    return str(uuid.uuid4())


def image_of(answer: httpx.Response) -> str:
    """The picture's address (or the picture itself) in an answer."""
    return str(answer.json()["result"]["result"]["image"])


def painted(colour: str, size: tuple[int, int] = (64, 48), image_format: str = "PNG") -> bytes:
    """A source picture in one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, image_format)
    return out.getvalue()


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()

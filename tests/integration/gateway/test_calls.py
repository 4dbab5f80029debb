"""The gateway client, the catalogue and the egress against a running emulator."""

import io
import uuid
from typing import Any

import pytest
from PIL import Image

from generations.catalogue import Parameters, find
from generations.gateway import (
    Answer,
    Billed,
    CloudflareLogs,
    Credentials,
    InvalidRequest,
    ModelNotFound,
    ResultUrl,
    RunRequest,
)
from generations.prices import estimate
from imagestudio.egress import Egress
from tests.integration.emulator_process import EmulatorProcess
from tests.integration.gateway.factories import gateway_of, make_request, picture

pytestmark = pytest.mark.anyio


async def run(emulator: EmulatorProcess, request: RunRequest) -> tuple[Answer, Image.Image]:
    """Make one call and fetch its picture as the studio does."""
    async with gateway_of(emulator) as gateway, Egress(hosts=[emulator.result_host]) as egress:
        answer = await gateway.run(request)
        [result] = answer.images
        assert isinstance(result, ResultUrl)
        download = await egress.fetch(result.url)
    return answer, Image.open(io.BytesIO(download.content))


CALLS: dict[str, tuple[dict[str, Any], tuple[int, int], str]] = {
    "simple": ({}, (1024, 1024), "PNG"),
    "quality high": ({"quality": "high"}, (1024, 1024), "PNG"),
    "portrait": ({"size": "1024x1536"}, (1024, 1536), "PNG"),
    "webp at high": ({"quality": "high", "output_format": "webp"}, (1024, 1024), "WEBP"),
    "edit": ({"sources": [picture("red")]}, (1024, 1024), "PNG"),
    "composition": (
        {"sources": [picture(f"#{n * 15:02x}0000") for n in range(16)]},
        (1024, 1024),
        "PNG",
    ),
    "older model": ({"model": "openai/gpt-image-1.5"}, (1024, 1024), "PNG"),
}


@pytest.mark.parametrize(("asked", "size", "image_format"), CALLS.values(), ids=CALLS.keys())
async def test_the_calls_of_the_catalogue_page_bring_pictures(
    emulator: EmulatorProcess, asked: dict[str, Any], size: tuple[int, int], image_format: str
):
    answer, image = await run(emulator, make_request(**asked))
    assert (image.size, image.format) == (size, image_format)
    assert (answer.state, answer.key_source, answer.http_status) == ("Completed", "Unified", 200)
    assert answer.log_id
    assert answer.body["result"]["image"].startswith("http://127.0.0.1:")


async def test_a_transparent_background_on_the_older_model_has_an_alpha_channel(
    emulator: EmulatorProcess,
):
    asked = make_request(model="openai/gpt-image-1.5", background="transparent")
    _, image = await run(emulator, asked)
    assert image.mode == "RGBA"


async def test_sixteen_sources_arrive_in_their_order(emulator: EmulatorProcess):
    asked = make_request(sources=[picture(f"#0000{n * 15:02x}") for n in range(16)])
    await run(emulator, asked)
    [row] = emulator.charges(attempt_id=asked.metadata["attempt_id"])
    assert len(row["request"]["sources"]) == 16


async def test_the_estimate_is_what_the_emulator_charges(emulator: EmulatorProcess):
    asked = make_request(quality="medium", size="1536x1024")
    await run(emulator, asked)
    [row] = emulator.charges(attempt_id=asked.metadata["attempt_id"])
    expected = estimate(
        find("gpt-image-2"),
        Parameters(quality="medium", size="1536x1024"),
        prompt=asked.input["prompt"],
        source_count=0,
    )
    assert row["cost_microdollars"] == expected.total


async def test_the_log_finds_an_attempt_its_cost_and_its_answer(emulator: EmulatorProcess):
    asked = make_request()
    answer, _ = await run(emulator, asked)
    logs = CloudflareLogs(
        account_id=emulator.account_id, api_token=emulator.token, api_base=emulator.base_url
    )
    entry = await logs.find_by_attempt(asked.metadata["attempt_id"])
    [row] = emulator.charges(attempt_id=asked.metadata["attempt_id"])
    assert entry is not None
    assert (entry.id, entry.success, entry.cached) == (answer.log_id, True, False)
    assert entry.cost == row["cost_microdollars"]
    assert await logs.get(entry.id) == entry
    stored = await logs.stored_answer(entry.id)
    assert stored is not None
    assert stored.images == answer.images
    assert await logs.find_by_attempt(str(uuid.uuid4())) is None
    assert await logs.get("01JNOTHING") is None
    await logs.aclose()


async def test_the_same_generation_again_is_answered_from_the_cache(emulator: EmulatorProcess):
    key = str(uuid.uuid4())
    first, _ = await run(emulator, make_request(cache_key=key))
    again, _ = await run(emulator, make_request(cache_key=key))
    other, _ = await run(emulator, make_request())
    statuses = (first.cache_status, again.cache_status, other.cache_status)
    assert statuses == ("MISS", "HIT", "MISS")
    assert again.images == first.images


async def test_a_token_without_the_permission_is_not_accepted(emulator: EmulatorProcess):
    async with gateway_of(emulator, api_token=emulator.weak_token) as gateway:
        with pytest.raises(Credentials) as caught:
            await gateway.run(make_request())
    assert (caught.value.http_status, caught.value.gateway_code) == (401, "10000")


async def test_a_model_that_the_gateway_does_not_know(emulator: EmulatorProcess):
    asked = make_request()
    wrong = RunRequest(
        model="openai/gpt-image-9",
        input=asked.input,
        sources=(),
        metadata=asked.metadata,
        cache_key=asked.cache_key,
    )
    async with gateway_of(emulator) as gateway:
        with pytest.raises(ModelNotFound):
            await gateway.run(wrong)


async def test_a_size_that_the_gateway_does_not_know(emulator: EmulatorProcess):
    async with gateway_of(emulator) as gateway:
        with pytest.raises(InvalidRequest) as caught:
            await gateway.run(make_request(size="2048x2048"))
    assert caught.value.billed is Billed.NO
    assert "size" in caught.value.message

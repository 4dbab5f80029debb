import base64

import orjson
import pytest

from generations.gateway import ResultUrl
from tests.loopback import Call, serving
from tests.unit.gateway.factories import (
    IMAGE_URL,
    TOKEN,
    make_gateway,
    make_request,
    make_source,
    wrapped,
)

pytestmark = pytest.mark.anyio

LOG_HEADERS = {
    "cf-aig-log-id": "01JLOG",
    "cf-aig-request-id": "01JREQ",
    "cf-aig-event-id": "01JEVT",
    "cf-aig-cache-status": "MISS",
}


async def answer(call: Call) -> None:
    await call.read()
    await call.reply(body=wrapped(), headers=LOG_HEADERS)


async def test_a_call_returns_its_picture_and_everything_that_names_it():
    async with serving(answer) as server, make_gateway(server.url) as gateway:
        answered = await gateway.run(make_request())

    assert answered.images == (ResultUrl(IMAGE_URL),)
    assert (answered.state, answered.key_source) == ("Completed", "Unified")
    assert (answered.log_id, answered.request_id) == ("01JLOG", "01JREQ")
    assert (answered.event_id, answered.cache_status) == ("01JEVT", "MISS")
    assert answered.http_status == 200
    assert answered.body == {
        "state": "Completed",
        "result": {"image": IMAGE_URL},
        "gatewayMetadata": {"keySource": "Unified"},
    }


async def test_a_call_says_who_asks_and_forbids_the_gateway_to_try_again():
    async with serving(answer) as server, make_gateway(server.url) as gateway:
        await gateway.run(make_request(metadata={"attempt_id": "a1", "note": "Grüße"}))

    [call] = server.calls
    assert call.head.startswith("POST /accounts/acct/ai/run HTTP/1.1\r\n")
    assert call.headers["authorization"] == f"Bearer {TOKEN}"
    assert call.headers["cf-aig-max-attempts"] == "1"
    assert (call.headers["cf-aig-cache-key"], call.headers["cf-aig-cache-ttl"]) == ("g1", "3600")
    assert call.headers["cf-aig-metadata"].isascii()
    assert orjson.loads(call.headers["cf-aig-metadata"]) == {"attempt_id": "a1", "note": "Grüße"}
    assert "transfer-encoding" not in call.headers
    assert not {"cf-aig-gateway-id", "cf-aig-skip-cache", "cookie"} & call.headers.keys()
    assert orjson.loads(call.body) == {
        "model": "openai/gpt-image-2",
        "input": {"prompt": "A lighthouse"},
    }


async def test_a_named_gateway_and_a_skipped_cache_are_said_when_they_are_wanted():
    async with serving(answer) as server, make_gateway(server.url, gateway_id="studio") as gateway:
        await gateway.run(make_request(skip_cache=True))

    [call] = server.calls
    assert call.headers["cf-aig-gateway-id"] == "studio"
    assert call.headers["cf-aig-skip-cache"] == "true"


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000, 65_536, 10**6])
async def test_sources_travel_as_data_uris_in_their_order(chunk: int):
    pictures = [bytes([n]) * (200_000 + n) for n in range(3)]
    if chunk < 1000:
        pictures = [picture[:500] for picture in pictures]
    sources = [make_source(picture, chunk=chunk) for picture in pictures]
    async with serving(answer) as server, make_gateway(server.url) as gateway:
        await gateway.run(make_request(sources=sources))

    [call] = server.calls
    sent = orjson.loads(call.body)["input"]
    assert sent["prompt"] == "A lighthouse"
    assert sent["images"] == [
        "data:image/png;base64," + base64.b64encode(picture).decode() for picture in pictures
    ]


async def test_sixteen_sources_keep_their_order_and_their_kind():
    kinds = ["image/png", "image/jpeg", "image/webp", "image/png"] * 4
    sources = [make_source(bytes([n + 1]), mime=kind) for n, kind in enumerate(kinds)]
    async with serving(answer) as server, make_gateway(server.url) as gateway:
        await gateway.run(make_request(input={}, sources=sources))

    [call] = server.calls
    sent = orjson.loads(call.body)["input"]["images"]
    assert sent == [
        f"data:{kind};base64," + base64.b64encode(bytes([n + 1])).decode()
        for n, kind in enumerate(kinds)
    ]

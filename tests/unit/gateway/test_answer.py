"""Answers with status 200: every way to write a picture, and everything that is none."""

import base64

import httpx
import orjson
import pytest

from generations.gateway import (
    Answer,
    BadAnswer,
    Billed,
    GatewayError,
    MaybeBilled,
    ResultBytes,
    ResultUrl,
    UnknownOutcome,
    kept_pictures,
)
from tests.unit.gateway.factories import IMAGE_URL, TOKEN, make_gateway, make_request, wrapped

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
BASE64 = base64.b64encode(PNG).decode()
URL = ResultUrl(IMAGE_URL)
BYTES = ResultBytes(PNG)


async def answer(body: object, status: int = 200, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    response = httpx.Response(status, stream=httpx.ByteStream(content), headers=headers)
    transport = httpx.MockTransport(lambda _: response)
    async with make_gateway("https://gateway.test", transport=transport) as gateway:
        return await gateway.run(make_request())


async def failure(body: object, status: int = 200) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await answer(body, status)
    error = caught.value
    assert isinstance(error, MaybeBilled)
    assert error.billed is Billed.MAYBE
    assert not error.resend
    return error


INNER = {
    "state": "Completed",
    "result": {"image": IMAGE_URL},
    "gatewayMetadata": {"keySource": "BYOK"},
}

ENVELOPES = {
    "wrapped": {"result": INNER, "success": True, "errors": [], "messages": []},
    "bare": INNER,
    "wrapped without state": {"result": {"image": IMAGE_URL}, "success": True},
    "only the picture": {"image": IMAGE_URL},
    "without metadata": {"state": "Completed", "result": {"image": IMAGE_URL}},
    "null state": {"state": None, "result": {"image": IMAGE_URL}},
    "with warnings": {"result": INNER, "success": True, "errors": [{"code": 1}]},
    "null at the outside": {"image": None, "result": INNER},
}


@pytest.mark.parametrize("body", ENVELOPES.values(), ids=ENVELOPES.keys())
async def test_the_picture_is_found_in_every_envelope(body: dict):
    assert (await answer(body)).images == (URL,)


@pytest.mark.parametrize("source", ["Unified", "BYOK", "Something new", None, 7])
async def test_the_key_source_is_kept_as_it_is_said(source: object):
    answered = await answer(wrapped(gatewayMetadata={"keySource": source}))
    assert answered.key_source == (source if isinstance(source, str) else None)


PICTURES = {
    "url": (IMAGE_URL, URL),
    "http": ("HTTP://host/x.png", ResultUrl("HTTP://host/x.png")),
    "data URI": (f"data:image/png;base64,{BASE64}", BYTES),
    "data URI upper case": (f"DATA:image/png;BASE64,{BASE64}", BYTES),
    "data URI with parameters": (f"data:image/png;name=x;base64,{BASE64}", BYTES),
    "base64": (BASE64, BYTES),
    "folded base64": ("\n".join(BASE64[i : i + 76] for i in range(0, len(BASE64), 76)), BYTES),
    "base64 without padding": (BASE64.rstrip("="), BYTES),
    "G35-other-type": (f"data:text/html;base64,{BASE64}", BYTES),
    "G35-svg": ("data:image/svg+xml,%3Csvg/%3E", ResultBytes(b"<svg/>")),
    "G35-text": (base64.b64encode(b"hello").decode(), ResultBytes(b"hello")),
    "G42-file": ("file:///etc/passwd", ResultUrl("file:///etc/passwd")),
    "G42-no-scheme": ("//host/x.png", ResultUrl("//host/x.png")),
}


@pytest.mark.parametrize(("text", "picture"), PICTURES.values(), ids=PICTURES.keys())
async def test_a_picture_is_an_address_or_bytes(text: str, picture: object):
    assert (await answer(wrapped(text))).images == (picture,)


SEVERAL = {
    "images": {"images": [IMAGE_URL, BASE64]},
    "data": {"data": [{"url": IMAGE_URL}, {"b64_json": BASE64}]},
    "image in entries": {"images": [{"url": IMAGE_URL}, {"image": BASE64}]},
    "G30-some-are-broken": {"images": [None, IMAGE_URL, "", 7, {}, BASE64, "no base64!"]},
}


@pytest.mark.parametrize("result", SEVERAL.values(), ids=SEVERAL.keys())
async def test_g30_every_picture_that_came_is_kept_in_its_order(result: dict):
    answered = await answer({"result": {"state": "Completed", "result": result}, "success": True})
    assert answered.images == (URL, BYTES)


NO_PICTURE = {
    "G21-html": b"<html>ok</html>",
    "G22-empty": b"",
    "G24-not-json": b"picture",
    "G24-cut": wrapped()[:-20],
    "G24-bom": b"\xef\xbb\xbf" + wrapped(),
    "G24-two": wrapped() + wrapped(),
    "G24-nan": b'{"result":{"image":"x","seed":NaN}}',
    "G24-deep": b'{"result":' * 10**6,
    "G24-deep-list": b"[" * 10**6,
    "G24-deep-enough": b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "G24-many-values": b'{"a":[' + b"{}," * 10**6 + b"0]}",
    "G24-half-pair": b'{"image":"\\ud800"}',
    "G25-list": [IMAGE_URL],
    "G25-text": IMAGE_URL,
    "G25-null": None,
    "G28-no-result": {"success": True},
    "G28-result-null": {"success": True, "result": None},
    "G28-result-text": {"success": True, "result": IMAGE_URL},
    "G28-no-image": wrapped()[:0] + b'{"success":true,"result":{"state":"Completed","result":{}}}',
    "G28-empty": wrapped(""),
    "G28-null": wrapped(None),
    "G28-list": wrapped([IMAGE_URL]),
    "G28-object": wrapped({"url": IMAGE_URL}),
    "G28-images-empty": {"images": []},
    "G28-images-text": {"images": IMAGE_URL},
    "G35-junk": wrapped("%%% no base64 %%%"),
    "G35-odd-base64": wrapped("AAAAA"),
    "G35-zero-bytes": wrapped("data:image/png;base64,"),
    "G35-junk-data-uri": wrapped("data:image/png;base64,%%%"),
    "G42-endless-url": wrapped("https://host/" + "x" * 5000),
    "nested for ever": {"result": {"result": {"result": {"result": {"result": {"image": "x"}}}}}},
}


@pytest.mark.parametrize("body", NO_PICTURE.values(), ids=NO_PICTURE.keys())
async def test_an_answer_without_a_readable_picture_may_be_billed_and_is_kept(body: object):
    error = await failure(body)
    assert type(error) is BadAnswer
    assert error.content == (body if isinstance(body, bytes) else orjson.dumps(body))
    assert len(error.raw) <= 2_000


STATES = ["Queued", "Running", "Failed", "completed", "", 1, {"a": 1}, "\x1b[31mred"]


@pytest.mark.parametrize("state", STATES, ids=repr)
async def test_g27_any_other_state_is_unknown_even_with_a_picture(state: object):
    error = await failure(wrapped(state=state))
    assert type(error) is UnknownOutcome
    assert "\x1b" not in error.message


async def test_g27_a_failed_state_says_why():
    error = await failure(
        {"state": "Failed", "error": {"code": "provider_unavailable", "message": "Try later"}}
    )
    assert error.gateway_code == "provider_unavailable"
    assert "Try later" in error.message


@pytest.mark.parametrize("success", [False, None, "true", 0])
async def test_g26_a_200_that_did_not_succeed_is_unknown(success: object):
    body = {"success": success, "errors": [{"code": 7003, "message": "No"}], "result": INNER}
    assert type(await failure(body)) is UnknownOutcome


@pytest.mark.parametrize("usage", [None, -1, 10**30, "many", 1.5, {"input_tokens": -5}])
async def test_g34_a_strange_usage_is_ignored(usage: object):
    body = orjson.loads(wrapped())
    body["result"]["usage"] = str(usage) if isinstance(usage, int) else usage
    assert (await answer(body)).images == (URL,)


@pytest.mark.parametrize("status", [201, 202])
async def test_another_success_with_a_finished_picture_is_taken(status: int):
    answered = await answer(wrapped(), status)
    assert (answered.images, answered.http_status) == ((URL,), status)


async def test_what_is_kept_is_small_and_holds_no_picture():
    answered = await answer(wrapped(base64.b64encode(PNG * 10_000).decode()))
    assert answered.body["state"] == "Completed"
    assert answered.body["gatewayMetadata"] == {"keySource": "Unified"}
    assert len(orjson.dumps(answered.body)) < 300


async def test_what_is_kept_is_small_however_much_comes():
    extra = {str(number): "x" * 4_000 for number in range(1_000)}
    nested: object = "bottom"
    for _ in range(100):
        nested = [nested]
    answered = await answer(wrapped(gatewayMetadata=extra | {"keySource": "BYOK", "deep": nested}))
    assert answered.key_source == "BYOK"
    assert len(orjson.dumps(answered.body)) < 65_536


async def test_headers_that_name_nothing_are_left_out():
    answered = await answer(wrapped(), **{"cf-aig-log-id": "", "cf-aig-cache-status": "HIT"})
    assert (answered.log_id, answered.cache_status) == (None, "HIT")


@pytest.mark.parametrize(
    "changed",
    [
        {"result": {"image": IMAGE_URL, "revised_prompt": "a\0b"}},
        {"result": {"image": IMAGE_URL, "k\0": 1}},
        {"gatewayMetadata": {"keySource": "a\0b"}},
    ],
    ids=["a text", "a key", "the key source"],
)
async def test_what_is_kept_can_be_stored(changed: dict):
    answered = await answer(INNER | changed)
    assert answered.images == (URL,)
    assert b"\\u0000" not in orjson.dumps([answered.body, answered.key_source])


async def test_what_is_kept_names_no_secret_even_as_a_key():
    answered = await answer(INNER | {"result": {"image": IMAGE_URL, TOKEN: 1}})
    assert TOKEN not in str(answered.body)


async def test_of_what_is_too_large_to_keep_the_addresses_stay():
    extra = {str(number): "x" * 4_000 for number in range(1_000)}
    answered = await answer(wrapped(gatewayMetadata=extra))
    assert kept_pictures(answered.body) == {0: URL}


@pytest.mark.parametrize(
    ("result", "kept"),
    [
        ({"image": IMAGE_URL}, {0: URL}),
        ({"images": [IMAGE_URL]}, {0: URL}),
        ({"data": [{"url": IMAGE_URL}]}, {0: URL}),
        ({"images": [BASE64 * 100, IMAGE_URL]}, {1: URL}),
        ({"image": BASE64 * 100}, {}),
    ],
    ids=["image", "images", "data", "one too long to keep", "none short enough to keep"],
)
async def test_what_is_kept_says_where_the_pictures_lie(result: dict, kept: dict):
    assert kept_pictures((await answer(INNER | {"result": result})).body) == kept


def test_an_object_that_is_no_answer_holds_no_pictures():
    assert kept_pictures({"result": "text"}) == {}

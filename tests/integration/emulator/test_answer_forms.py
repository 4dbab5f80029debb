"""Answers that say something else than they should, and other forms of those that are right."""

import base64
import io
import json

import pytest
from PIL import Image

from tests.integration.emulator.conftest import Caller


def inner(answer):
    return answer.json()["result"]


BODIES = [
    pytest.param("html", lambda answer: answer.text.startswith("<!DOCTYPE html>"), id="G21"),
    pytest.param("not_json", lambda answer: answer.text == "upstream says hello", id="G24 text"),
    pytest.param("empty", lambda answer: answer.content == b"", id="G24 empty"),
    pytest.param("json_cut", lambda answer: answer.text.startswith('{"resu'), id="G24 cut"),
    pytest.param(
        "json_bom", lambda answer: answer.content.startswith(b"\xef\xbb\xbf"), id="G24 BOM"
    ),
    pytest.param("json_twice", lambda answer: answer.text.count('"state"') == 2, id="G24 two"),
    pytest.param("json_nan", lambda answer: "NaN" in answer.text, id="G24 NaN"),
    pytest.param("json_not_utf8", lambda answer: b"\xe9" in answer.content, id="G24 UTF-8"),
    pytest.param("json_nested", lambda answer: len(answer.content) == 2_000_000, id="G24 nesting"),
    pytest.param("json_array", lambda answer: answer.json() == [], id="G25 array"),
    pytest.param("json_string", lambda answer: answer.json() == "Completed", id="G25 string"),
    pytest.param("json_null", lambda answer: answer.json() is None, id="G25 null"),
    pytest.param("success_false", lambda answer: answer.json()["errors"], id="G26"),
    pytest.param("state", lambda answer: inner(answer)["state"] == "Failed", id="G27"),
    pytest.param("no_result", lambda answer: "result" not in inner(answer), id="G28 result"),
    pytest.param("no_image", lambda answer: inner(answer)["result"] == {}, id="G28 image"),
    pytest.param(
        "image_missing_text", lambda answer: inner(answer)["result"]["image"] == "", id="G28 empty"
    ),
    pytest.param(
        "image_null", lambda answer: inner(answer)["result"]["image"] is None, id="G28 null"
    ),
    pytest.param(
        "image_list", lambda answer: len(inner(answer)["result"]["image"]) == 1, id="G28 list"
    ),
    pytest.param(
        "several_images", lambda answer: len(inner(answer)["result"]["images"]) == 2, id="G30"
    ),
    pytest.param("usage", lambda answer: inner(answer)["usage"]["total_tokens"] == -5, id="G34"),
    pytest.param("image_junk", lambda answer: "%%%" in inner(answer)["result"]["image"], id="G35"),
    pytest.param("answer_bare", lambda answer: answer.json()["state"] == "Completed", id="bare"),
    pytest.param(
        "key_source",
        lambda answer: inner(answer)["gatewayMetadata"]["keySource"] == "BYOK",
        id="BYOK",
    ),
    pytest.param(
        "no_gateway_metadata", lambda answer: "gatewayMetadata" not in inner(answer), id="no payer"
    ),
]


@pytest.mark.parametrize(("fault", "as_switched"), BODIES)
def test_a_200_says_what_was_switched_and_is_billed(caller: Caller, attempt_id, fault, as_switched):
    caller.emulator.set_fault(fault)

    answer = caller.run(quality="low", metadata={"attempt_id": attempt_id})

    assert answer.status_code == 200
    assert as_switched(answer)
    assert caller.row(attempt_id)["charged"] is True


def test_g22_no_content(caller: Caller, attempt_id):
    caller.emulator.set_fault("no_content")

    answer = caller.run(quality="low", metadata={"attempt_id": attempt_id})

    assert (answer.status_code, answer.content) == (204, b"")
    assert caller.row(attempt_id)["charged"] is True


def test_g23_a_redirect(caller: Caller):
    caller.emulator.set_fault("redirect", to="http://127.0.0.1:9/")

    answer = caller.run(quality="low")

    assert (answer.status_code, answer.headers["location"]) == (302, "http://127.0.0.1:9/")


@pytest.mark.parametrize("value", ["Queued", "Running", "Whatever"])
def test_g27_any_state_can_be_said(caller: Caller, value):
    caller.emulator.set_fault("state", value=value, keep_image=False)

    said = inner(caller.run(quality="low"))

    assert (said["state"], said["result"]) == (value, None)


@pytest.mark.parametrize("value", [None, -1, 10**30, "many", 1.5])
def test_g34_usage_can_be_anything(caller: Caller, value):
    caller.emulator.set_fault("usage", value=value)

    assert inner(caller.run(quality="low"))["usage"]["input_tokens"] == value


@pytest.mark.parametrize("form", ["data_uri", "base64"])
def test_the_picture_can_be_in_the_answer_itself(caller: Caller, form):
    caller.emulator.set_fault("image_inline", form=form)

    image = inner(caller.run(quality="low", output_format="webp"))["result"]["image"]

    prefix = "data:image/webp;base64,"
    assert image.startswith(prefix) is (form == "data_uri")
    with Image.open(io.BytesIO(base64.b64decode(image.removeprefix(prefix)))) as picture:
        assert picture.format == "WEBP"


def test_g35_a_data_uri_can_claim_another_type(caller: Caller):
    caller.emulator.set_fault("image_inline", form="data_uri", type="text/html")

    assert inner(caller.run(quality="low"))["result"]["image"].startswith("data:text/html;base64,")


@pytest.mark.parametrize(
    "to",
    ["http://127.0.0.1:9/x", "http://[::1]/x", "http://169.254.169.254/", "file:///etc/passwd", ""],
)
def test_g37_to_g42_the_address_can_be_any(caller: Caller, to):
    prompt = f'A heron [fault:result_url to="{to}"]'

    assert inner(caller.run(prompt, quality="low"))["result"]["image"] == to


def test_headers_name_the_call(caller: Caller):
    answer = caller.run(quality="low", headers={"cf-aig-event-id": "mine"})

    assert len(answer.headers["cf-aig-log-id"]) == 26
    assert answer.headers["cf-aig-request-id"] == answer.headers["cf-aig-log-id"]
    assert answer.headers["cf-aig-event-id"] == "mine"
    assert answer.headers["cf-aig-step"] == "0"
    assert answer.headers["cf-aig-cache-status"] == "MISS"
    assert json.loads(answer.content)["success"] is True


def test_undeclared_keys_may_never_reach_the_provider(caller: Caller):
    caller.emulator.set_fault("undeclared_ignored")

    answer = caller.run("A sticker", model="openai/gpt-image-1.5", background="transparent")

    assert caller.picture(answer).mode == "RGB"

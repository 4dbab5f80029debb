"""A call is checked in the gateway's order, and each refusal has the gateway's words."""

import pytest

from tests.integration.emulator.conftest import Caller, encoded, painted

FAILED = "Model execution failed (User Input Error): "
OPTION = "Invalid value at size: Invalid option: expected one of "


@pytest.mark.parametrize("token", ["", "wrong", "weak"])
def test_the_token_comes_first_even_before_a_wrong_account_and_body(caller: Caller, token):
    sent = {"": "", "wrong": "Bearer nobody", "weak": f"Bearer {caller.emulator.weak_token}"}
    address = f"{caller.emulator.base_url}/accounts/another/ai/run"

    answer = caller.client.post(address, content=b"{", headers={"authorization": sent[token]})

    assert answer.status_code == 401
    assert answer.json() == {
        "result": None,
        "success": False,
        "errors": [{"code": 10000, "message": "Authentication error"}],
        "messages": [],
    }
    assert "cf-aig-log-id" not in answer.headers


def test_then_the_account(caller: Caller):
    address = f"{caller.emulator.base_url}/accounts/another/ai/run"
    headers = {"authorization": f"Bearer {caller.emulator.token}"}

    answer = caller.client.post(address, content=b"{", headers=headers)

    assert answer.status_code == 404
    (error,) = answer.json()["errors"]
    assert error["code"] == 7003
    assert error["message"].startswith("Could not route to /client/v4/accounts/another/ai/run")


def test_then_the_gateway_which_exists_or_is_the_default_one(caller: Caller):
    answer = caller.run(headers={"cf-aig-gateway-id": "nowhere"})

    assert (answer.status_code, answer.json()["internalCode"]) == (400, 2001)
    assert caller.run(headers={"cf-aig-gateway-id": "default"}, quality="low").status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"[" * 100_000], ids=["empty", "cut", "list", "ff", "deep"]
)
def test_then_the_body_which_is_json(caller: Caller, body):
    headers = {
        "authorization": f"Bearer {caller.emulator.token}",
        "content-type": "application/json",
    }

    answer = caller.client.post(caller.emulator.run_url, content=body, headers=headers)

    assert answer.status_code == 500
    assert answer.json()["internalCode"] == 7000
    assert answer.json()["message"] == "Invalid request body"


def test_a_multipart_body_is_no_body(caller: Caller):
    headers = {"authorization": f"Bearer {caller.emulator.token}"}

    answer = caller.client.post(caller.emulator.run_url, files={"image": b"x"}, headers=headers)

    assert (answer.status_code, answer.json()["internalCode"]) == (500, 7000)


def test_then_the_model(caller: Caller):
    answer = caller.post({"model": "openai/gpt-image-9", "input": {}})

    assert answer.status_code == 404
    body = answer.json()
    request_id = body.pop("requestId")
    assert len(request_id) == 36
    assert body == {
        "success": False,
        "result": [],
        "messages": [],
        "error": [{"code": 7003, "message": "Model not found: openai/gpt-image-9"}],
        "name": "AiGatewayError",
        "httpCode": 404,
        "internalCode": 7003,
        "message": "Model not found: openai/gpt-image-9",
        "description": "User Input Error",
    }


@pytest.mark.parametrize(
    ("model", "parameters", "message"),
    [
        (
            "openai/gpt-image-2",
            {"size": "2048x2048"},
            OPTION + '"1024x1024"|"1024x1536"|"1536x1024"|"auto"',
        ),
        (
            "openai/gpt-image-1.5",
            {"size": "auto"},
            OPTION + '"256x256"|"512x512"|"1024x1024"|"1792x1024"|"1024x1792"',
        ),
        (
            "openai/gpt-image-2",
            {"images": "abc"},
            "Invalid value at images: Invalid input: expected array, received string",
        ),
        (
            "openai/gpt-image-2",
            {"images": ["abc"] * 17},
            "Invalid value at images: Too big: expected array to have <=16 items",
        ),
        (
            "openai/gpt-image-2",
            {"images": ["abc", None]},
            "Invalid value at images.1: Invalid input: expected string, received null",
        ),
        (
            "openai/gpt-image-2",
            {"quality": True},
            "Invalid value at quality: Invalid input: expected string, received boolean",
        ),
    ],
)
def test_then_the_schema_before_the_credit(caller: Caller, model, parameters, message):
    caller.emulator.set_fault("no_credits")

    answer = caller.run(model=model, **parameters)

    assert answer.status_code == 400
    assert answer.json()["error"] == [{"code": 7003, "message": FAILED + message}]


def test_a_prompt_is_required(caller: Caller):
    answer = caller.post({"model": "openai/gpt-image-2", "input": {}})

    assert answer.json()["message"] == FAILED + "Required value missing: prompt"


def test_then_the_credit_before_the_provider_sees_the_input(caller: Caller):
    caller.emulator.set_fault("no_credits")

    answer = caller.run(model="openai/gpt-image-1.5", size="1792x1024")

    assert answer.status_code == 402
    assert answer.json()["internalCode"] == 2021
    assert "cf-aig-log-id" not in answer.headers
    assert "cf-aig-event-id" in answer.headers


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"size": "1792x1024"}, "Invalid value: '1792x1024'."),
        ({"size": "512x512"}, "Invalid value: '512x512'."),
        ({"style": "vivid"}, "Unknown parameter: 'style'."),
        ({"images": []}, "Missing required parameter: 'image'."),
        ({"images": ["not base64!"]}, "Invalid base64 data for image 1."),
        ({"images": [encoded(b"GIF89a not a picture")]}, "Invalid image file or mode for image 1"),
        ({"background": "transparent", "output_format": "jpeg"}, "Transparent background"),
        ({"output_format": ["png"]}, "Invalid value for 'output_format'."),
    ],
    ids=str,
)
def test_last_the_provider_refuses_what_the_schema_let_pass(
    caller: Caller, attempt_id, parameters, words
):
    answer = caller.run(
        model="openai/gpt-image-1.5", metadata={"attempt_id": attempt_id}, **parameters
    )

    assert answer.status_code == 400
    assert answer.json()["message"].startswith(FAILED + words)
    assert caller.row(attempt_id)["charged"] is False


@pytest.mark.parametrize("prompt", [" ", "x" * 32_001], ids=["blank", "too long"])
def test_the_provider_refuses_a_blank_or_too_long_prompt(caller: Caller, prompt):
    assert caller.run(prompt).json()["message"].startswith(FAILED + "Invalid 'prompt'")


def test_undeclared_keys_pass(caller: Caller):
    answer = caller.run(n=3, moderation="low", images=[encoded(painted("red"))], quality="low")

    assert answer.status_code == 200


def test_an_unknown_address_is_not_routable(caller: Caller):
    answer = caller.get("ai/walk")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, 7003)

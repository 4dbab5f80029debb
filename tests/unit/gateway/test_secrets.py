"""The token and whatever else is hidden appear in no error, no repr and no log (G36)."""

import logging

import httpx
import orjson
import pytest

from generations.gateway import BadAnswer, CloudflareLogs, Gateway, GatewayError, LogUnavailable
from tests.unit.gateway.factories import TOKEN, make_gateway, make_request, wrapped

pytestmark = pytest.mark.anyio


def everything_in(error: BaseException) -> str:
    return " ".join(map(repr, (str(error), *error.args, *vars(error).values())))


async def failure(status: int, content: bytes, **headers: str) -> GatewayError:
    response = httpx.Response(status, content=content, headers=headers)
    transport = httpx.MockTransport(lambda _: response)
    async with make_gateway("https://gateway.test", transport=transport) as gateway:
        with pytest.raises(GatewayError) as caught:
            await gateway.run(make_request())
    return caught.value


ECHOES = {
    "plain": f"Bad token {TOKEN}",
    "header": f"Authorization: Bearer {TOKEN}",
    "split by a control character": f"Bad token {TOKEN[:5]}\x00{TOKEN[5:]}",
    "split by colours": f"Bad token {TOKEN[:5]}\x1b[31m{TOKEN[5:]}",
    "split by an invisible character": f"Bad token {TOKEN[:5]}\u200b{TOKEN[5:]}",
    "at the cut": "x" * 490 + TOKEN,
    "another key": "Incorrect API key provided: sk-proj-abcdefghijklmnop",
}


@pytest.mark.parametrize("message", ECHOES.values(), ids=ECHOES.keys())
@pytest.mark.parametrize("status", [200, 400, 401, 500])
async def test_g36_an_echoed_secret_is_taken_out(status: int, message: str):
    body = orjson.dumps({"success": False, "errors": [{"code": TOKEN, "message": message}]})
    error = await failure(status, body, **{"cf-aig-log-id": TOKEN})
    shown = " ".join((error.message, error.raw, str(error.gateway_code), str(error.log_id)))
    assert TOKEN not in shown
    assert TOKEN[:12] not in shown
    assert "abcdefghijklmnop" not in shown


async def test_g36_what_is_shown_has_no_control_characters_and_an_end():
    message = (
        "<script>alert(1)</script> \x1b]0;title\x07 \x1b[2J \x9b \u202e \r\n\x00 " + "x" * 9000
    )
    error = await failure(400, orjson.dumps({"message": message}))
    assert error.message.startswith("<script>alert(1)</script> ")  # text; pages escape it
    for text in (error.message, error.raw):
        assert text.isprintable()
    assert len(error.message) == 500
    assert len(error.raw) <= 2_000


async def test_the_answer_that_is_kept_does_not_repeat_the_token():
    transport = httpx.MockTransport(
        lambda _: httpx.Response(200, content=wrapped(gatewayMetadata={"keySource": TOKEN}))
    )
    async with make_gateway("https://gateway.test", transport=transport) as gateway:
        answer = await gateway.run(make_request())
    assert TOKEN not in repr(answer)


async def test_a_failing_connection_does_not_repeat_the_token():
    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route for {TOKEN}")

    async with make_gateway("https://gateway.test", transport=httpx.MockTransport(fail)) as gateway:
        with pytest.raises(GatewayError) as caught:
            await gateway.run(make_request())
    assert TOKEN not in everything_in(caught.value)


async def test_nothing_is_logged_that_could_hold_the_token(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    await failure(401, TOKEN.encode())
    assert TOKEN not in caplog.text


async def test_the_clients_do_not_show_the_token():
    transport = httpx.MockTransport(lambda _: httpx.Response(500, content=TOKEN.encode()))
    settings = {"account_id": "acct", "api_token": TOKEN, "transport": transport}
    assert TOKEN not in repr(Gateway(**settings))
    logs = CloudflareLogs(**settings)
    assert TOKEN not in repr(logs)
    with pytest.raises(LogUnavailable) as caught:
        await logs.get("01J")
    assert TOKEN not in everything_in(caught.value)


BAD_SETTINGS = {
    "no account": {"account_id": ""},
    "no token": {"api_token": ""},
    "line break in the token": {"api_token": f"{TOKEN}\nHost: evil"},
    "plain http to elsewhere": {"api_base": "http://gateway.test/client/v4"},
    "no http at all": {"api_base": "ftp://gateway.test"},
}


@pytest.mark.parametrize("wrong", BAD_SETTINGS.values(), ids=BAD_SETTINGS.keys())
def test_settings_that_would_leak_or_fail_are_refused_at_once(wrong: dict):
    settings = {"account_id": "acct", "api_token": TOKEN, "api_base": "https://gateway.test"}
    with pytest.raises(ValueError, match="gateway") as caught:
        Gateway(**settings | wrong)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "api_base", ["http://127.0.0.1:8001/client/v4", "http://localhost:8001", "http://[::1]:8001"]
)
def test_plain_http_is_for_the_loopback_address(api_base: str):
    Gateway(account_id="acct", api_token=TOKEN, api_base=api_base)


async def test_an_answer_that_is_kept_for_a_person_names_no_token():
    error = await failure(200, b"Not JSON, but " + TOKEN.encode())
    assert isinstance(error, BadAnswer)
    assert error.content.startswith(b"Not JSON")
    assert TOKEN.encode() not in error.content

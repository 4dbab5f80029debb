"""Answers whose status is no success (G13 to G23, G33): what was billed, what may be done."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import orjson
import pytest

from generations.gateway import (
    BadAnswer,
    Billed,
    Credentials,
    GatewayError,
    InvalidRequest,
    ModelNotFound,
    ProviderBudget,
    RateLimited,
    Refused,
    SpendLimit,
    TooLarge,
    UnknownOutcome,
)
from tests.unit.gateway.factories import make_gateway, make_request

pytestmark = pytest.mark.anyio

HTML = b"<!DOCTYPE html><html><title>502: Bad gateway</title><body>cf-error</body></html>"


async def failure(status: int, body: object = b"", **headers: str) -> GatewayError:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    answer = httpx.Response(
        status, content=content, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    transport = httpx.MockTransport(lambda _: answer)
    async with make_gateway("https://gateway.test", transport=transport) as gateway:
        with pytest.raises(GatewayError) as caught:
            await gateway.run(make_request())
    return caught.value


def edge(code: object, message: str) -> dict:
    """An error of the API's edge: a list named `errors`."""
    errors = [{"code": code, "message": message}]
    return {"result": None, "success": False, "errors": errors, "messages": []}


def gateway(http_code: int, code: object, message: str, description: str = "") -> dict:
    """An error of the gateway: a list named `error`."""
    return {
        "success": False,
        "result": [],
        "messages": [],
        "error": [{"code": code, "message": message}],
        "name": "AiGatewayError",
        "httpCode": http_code,
        "internalCode": code,
        "message": message,
        "description": description,
        "requestId": "5a1f",
    }


def model_error(http_code: int, code: object, message: str) -> dict:
    """An error of a model behind the gateway: no list at all."""
    return {"name": "AiError", "httpCode": http_code, "internalCode": code, "message": message}


def provider(code: object, message: str, kind: str = "invalid_request_error") -> dict:
    """An error in the provider's own shape."""
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


USER_ERROR = "Model execution failed (User Input Error): "
SAFETY = "Your request was rejected by the safety system. (request id 9)"
SPEND = "Spend limit exceeded: rule 'a' (cost limit 5 per 3600s, fixed) for openai gpt-image-2"

CASES = {
    "G13-401-edge": (401, edge(10000, "Authentication error"), Credentials),
    "G13-401-gateway": (401, gateway(400, 2009, "Unauthorized"), Credentials),
    "G13-401-empty": (401, b"", Credentials),
    "G13-403": (403, edge(9109, "Unauthorized to access requested resource"), Credentials),
    "G13-403-html": (403, HTML, Credentials),
    "G13-404-account": (404, edge(7003, "Could not route to /x, perhaps invalid"), Credentials),
    "G13-400-account": (400, edge(7003, "Could not route to /x, perhaps invalid"), Credentials),
    "G13-400-no-gateway": (400, gateway(400, 2001, "Please configure AI Gateway"), Credentials),
    "G13-400-no-key": (400, gateway(400, 2040, "Alias not configured"), Credentials),
    "G14-402": (402, gateway(402, 2021, "Insufficient balance; add money"), ProviderBudget),
    "G14-402-html": (402, HTML, ProviderBudget),
    "G14-429-spend-2045": (429, gateway(429, 2045, SPEND), SpendLimit),
    "G14-429-spend-2041": (429, edge(2041, "limit"), SpendLimit),
    "G14-429-spend-words": (429, gateway(429, 9999, SPEND), SpendLimit),
    "G14-429-quota": (429, provider("insufficient_quota", "You exceeded it"), ProviderBudget),
    "G14-400-hard-limit": (400, provider("billing_hard_limit_reached", "No"), ProviderBudget),
    "G15-404": (404, gateway(404, 7003, "Model not found: openai/x"), ModelNotFound),
    "G15-404-html": (404, HTML, ModelNotFound),
    "G15-400": (400, gateway(400, 7003, "Model not found: openai/x"), ModelNotFound),
    "G16-408": (408, b"", UnknownOutcome),
    "G16-504": (504, HTML, UnknownOutcome),
    "G16-524": (524, HTML, UnknownOutcome),
    "G17-413": (413, HTML, TooLarge),
    "G18-429": (429, gateway(429, 2003, "Rate limited"), RateLimited),
    "G18-429-edge": (429, edge(10429, "Too many"), RateLimited),
    "G18-429-empty": (429, b"", RateLimited),
    "G19-500": (500, HTML, UnknownOutcome),
    "G19-502": (502, HTML, UnknownOutcome),
    "G19-500-json": (500, model_error(500, 7000, "Invalid request body"), UnknownOutcome),
    "G20-503": (503, gateway(503, 7013, "Guardrail scanner unavailable"), UnknownOutcome),
    "G20-529": (529, provider(None, "overloaded", "server_error"), UnknownOutcome),
    "G21-200-html": (200, HTML, BadAnswer),
    "G22-204": (204, b"", BadAnswer),
    "G23-302": (302, b"", UnknownOutcome),
    "G23-307": (307, b"", UnknownOutcome),
    "G23-304": (304, b"", UnknownOutcome),
    "G26-400-missing": (400, gateway(400, 7003, USER_ERROR + "missing: prompt"), InvalidRequest),
    "G26-400-edge": (400, edge(7003, USER_ERROR + "Invalid value at size"), InvalidRequest),
    "G26-400-model": (400, model_error(400, 5006, "AiError: Bad input"), InvalidRequest),
    "G26-400-provider": (400, provider("invalid_value", "Unknown value"), InvalidRequest),
    "G26-400-empty": (400, b"", InvalidRequest),
    "G26-400-html": (400, HTML, InvalidRequest),
    "G26-409": (409, edge(1, "Conflict"), UnknownOutcome),
    "G26-422": (422, edge(1, "Unprocessable"), UnknownOutcome),
    "G33-400-input": (400, gateway(400, 7003, USER_ERROR + SAFETY), Refused),
    "G33-400-code": (400, provider("moderation_blocked", "Rejected"), Refused),
    "G33-400-legacy": (400, provider("content_policy_violation", "Rejected"), Refused),
    "G33-400-output": (
        400,
        {
            "error": {
                "message": "Rejected",
                "type": "image_generation_user_error",
                "code": None,
                "moderation_details": {"moderation_stage": "output", "categories": ["x"]},
            }
        },
        Refused,
    ),
    "G33-400-text": (400, SAFETY.encode(), Refused),
    "G33-403": (403, provider("content_policy_violation", "Rejected"), Refused),
    "G33-422": (422, gateway(422, 2017, "Response blocked"), Refused),
    "G33-424-prompt": (424, gateway(424, 2016, "Prompt blocked"), Refused),
    "G33-424-empty": (424, b"", Refused),
}

FREE = (
    Credentials,
    ProviderBudget,
    SpendLimit,
    ModelNotFound,
    TooLarge,
    RateLimited,
    InvalidRequest,
)


@pytest.mark.parametrize(("status", "body", "kind"), CASES.values(), ids=CASES.keys())
async def test_an_answer_that_is_no_success_becomes_one_typed_error(
    status: int, body: object, kind: type[GatewayError]
):
    error = await failure(status, body)
    assert type(error) is kind
    assert error.http_status == status
    assert error.billed is (Billed.NO if kind in FREE else Billed.MAYBE)
    assert error.resend is (kind is RateLimited)
    assert error.message
    assert "<" not in error.message


SHAPES = {
    "A": edge(10000, "Authentication error"),
    "B": gateway(401, 10000, "Authentication error"),
    "C": model_error(401, 10000, "Authentication error"),
    "D": {"state": "Failed", "error": {"code": "10000", "message": "Authentication error"}},
    "provider": provider("10000", "Authentication error"),
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES.keys())
async def test_code_and_message_are_found_in_every_shape(body: dict):
    error = await failure(401, body, cf_aig_log_id="01JLOG")
    assert (error.gateway_code, error.message) == ("10000", "Authentication error")
    assert error.log_id == "01JLOG"
    assert "Authentication error" in error.raw


STRANGE = {
    "list": [1, 2],
    "text": "no",
    "null": None,
    "number": 4,
    "errors null": {"errors": None, "error": None},
    "errors empty": {"errors": [], "error": []},
    "errors of lists": {"errors": [[1]]},
    "error text": {"error": "no"},
    "message object": {"message": {"a": 1}},
    "code object": {"errors": [{"code": {"a": 1}, "message": ["x"]}]},
    "not utf-8": b"\xff\xfe\x00",
    "deep": b'{"errors":' + b"[" * 10**6,
}


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE.keys())
async def test_a_strange_error_body_is_still_classified_by_its_status(body: object):
    assert type(await failure(402, body)) is ProviderBudget


async def test_a_400_that_was_cut_short_may_have_been_a_refusal():
    class Cut(httpx.AsyncByteStream):
        async def __aiter__(self):
            yield b'{"errors":[{"message":"Your requ'
            raise httpx.ReadError("reset")

    answers = {400: UnknownOutcome, 402: ProviderBudget, 429: RateLimited}
    for status, kind in answers.items():
        answer = httpx.Response(status, stream=Cut())
        transport = httpx.MockTransport(lambda _, answer=answer: answer)
        async with make_gateway("https://gateway.test", transport=transport) as client:
            with pytest.raises(kind):
                await client.run(make_request())


WAITS = {
    "G18-7": ({"retry_after": "7"}, 7),
    "G18-negative": ({"retry_after": "-1"}, 0),
    "G18-huge": ({"retry_after": "1000000000"}, 60),
    "G18-infinite": ({"retry_after": "inf"}, 60),
    "G18-absent": ({}, None),
    "G18-empty": ({"retry_after": ""}, None),
    "G18-words": ({"retry_after": "soon"}, None),
    "G18-nan": ({"retry_after": "nan"}, None),
    "G18-ms": ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
    "G18-past": ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
    "G18-far": ({"retry_after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 60),
    "G18-broken-date": ({"retry_after": "Wed, 99 Oct 2015 99:28:00 GMT"}, None),
    "G18-huge-date": ({"retry_after": "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"}, None),
}


@pytest.mark.parametrize(("headers", "seconds"), WAITS.values(), ids=WAITS.keys())
async def test_a_429_says_how_long_to_wait_at_most_a_minute(headers: dict, seconds: float | None):
    error = await failure(429, gateway(429, 2003, "Rate limited"), **headers)
    assert error.retry_after == seconds


async def test_a_429_may_name_a_moment():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    error = await failure(429, b"", retry_after=soon)
    assert error.retry_after == pytest.approx(30, abs=3)

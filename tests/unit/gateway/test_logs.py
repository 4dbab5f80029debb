"""The gateway's log behind its adapter: what it knows, and what it cannot know."""

import json
from typing import Any

import httpx
import pytest

from generations.gateway import (
    CloudflareLogs,
    GatewaySettings,
    LogReader,
    LogUnavailable,
    LogUnsearchable,
    RestingLogs,
    ResultUrl,
    UnavailableLogs,
)
from tests.unit.gateway.factories import IMAGE_URL, TOKEN, wrapped

pytestmark = pytest.mark.anyio

ENTRY = {
    "id": "01JLOG",
    "created_at": "2026-11-22T10:00:00Z",
    "provider": "openai",
    "model": "gpt-image-2",
    "success": True,
    "cached": False,
    "status_code": 200,
    "cost": 0.052935,
    "tokens_in": 51,
    "tokens_out": 1756,
    "metadata": {"attempt_id": "a1", "account_id": "c1"},
}


class Api:
    """The log's API as it answers; remembers what it was asked."""

    def __init__(self, result: Any = None, *, status: int = 200, content: bytes | None = None):
        body = {"success": True, "errors": [], "messages": [], "result": result}
        self.response = httpx.Response(status, content=content or json.dumps(body).encode())
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.response

    def reader(self, gateway_id: str = "default") -> CloudflareLogs:
        return CloudflareLogs(
            account_id="acct",
            api_token=TOKEN,
            api_base="https://gateway.test/client/v4",
            gateway_id=gateway_id,
            transport=httpx.MockTransport(self),
        )


async def test_an_entry_is_read_by_its_id():
    api = Api(ENTRY)
    entry = await api.reader(gateway_id="studio").get("01J/LOG")
    assert entry is not None
    assert (entry.id, entry.success, entry.cached, entry.status_code) == (
        "01JLOG",
        True,
        False,
        200,
    )
    assert (entry.cost, entry.tokens_in, entry.tokens_out) == (52_935, 51, 1756)
    [request] = api.requests
    path = "/client/v4/accounts/acct/ai-gateway/gateways/studio/logs/01J%2FLOG"
    assert request.url.raw_path.decode() == path
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_an_entry_is_found_by_its_attempt():
    api = Api([ENTRY])
    entry = await api.reader().find_by_attempt("a1")
    assert entry is not None
    assert entry.id == "01JLOG"
    filters = json.loads(api.requests[0].url.params["filters"])
    assert filters == [{"key": "metadata.value", "operator": "eq", "value": ["a1"]}]


async def test_metadata_may_arrive_as_text():
    text = json.dumps(ENTRY["metadata"])
    assert await Api([ENTRY | {"metadata": text}]).reader().find_by_attempt("a1")


async def test_another_entry_with_the_same_word_is_not_the_attempt():
    other = ENTRY | {"metadata": {"account_id": "a1"}}
    assert await Api([other]).reader().find_by_attempt("a1") is None


@pytest.mark.parametrize("metadata", [{"attempt_id": "a2"}, {}, None, "a1", "{", ["a1"]])
async def test_entries_that_were_not_asked_for_prove_nothing(metadata: object):
    with pytest.raises(LogUnsearchable):
        await Api([ENTRY | {"metadata": metadata}]).reader().find_by_attempt("a1")


async def test_what_the_gateway_made_several_times_cost_all_of_it():
    twice = [ENTRY, ENTRY | {"id": "01JFIRST", "success": False, "cost": 0.01}]
    entry = await Api(twice).reader().find_by_attempt("a1")
    assert (entry.id, entry.cost) == ("01JLOG", 62_935)


async def test_an_entry_that_is_listed_twice_cost_it_once():
    entry = await Api([ENTRY, ENTRY]).reader().find_by_attempt("a1")
    assert entry.cost == 52_935


async def test_a_log_that_did_not_answer_is_left_alone_but_not_one_that_cannot_search():
    away = Api(status=500)
    logs = RestingLogs(away.reader())
    for _ in range(2):
        with pytest.raises(LogUnavailable):
            await logs.find_by_attempt("a1")
    assert len(away.requests) == 1

    forgetful = Api([ENTRY | {"metadata": {}}])
    logs = RestingLogs(forgetful.reader())
    for _ in range(2):
        with pytest.raises(LogUnsearchable):
            await logs.find_by_attempt("a1")
    assert len(forgetful.requests) == 2


async def test_settings_are_told_or_there_is_nobody_to_ask():
    told = Api({"collect_logs": False, "retry_max_attempts": None})
    assert await told.reader().gateway_settings() == GatewaySettings(False, 1)
    assert await Api(status=404).reader().gateway_settings() == GatewaySettings(None, None)
    with pytest.raises(LogUnavailable):
        await Api(status=500).reader().gateway_settings()


async def test_of_several_entries_the_successful_one_is_taken():
    failed = ENTRY | {"id": "01JBAD", "success": False}
    for rows in ([failed, ENTRY], [ENTRY, failed]):
        entry = await Api(rows).reader().find_by_attempt("a1")
        assert entry is not None
        assert entry.id == "01JLOG"


@pytest.mark.parametrize("result", [[], ["x", 1, {"id": 7}]])
async def test_a_log_without_the_attempt_says_so(result: object):
    assert await Api(result).reader().find_by_attempt("a1") is None


@pytest.mark.parametrize("result", [None, {}])
async def test_what_is_no_list_of_entries_proves_nothing(result: object):
    with pytest.raises(LogUnavailable):
        await Api(result).reader().find_by_attempt("a1")


COSTS = {
    "float": (0.2107, 210_700),
    "float with noise": (0.1 + 0.2, 300_000),
    "text": ("0.05", 50_000),
    "zero": (0, 0),
    "exponent": (1e-06, 1),
    "below a micro-dollar": (1e-09, 0),
    "missing": (None, None),
    "negative": (-0.01, None),
    "huge": (1e12, None),
    "words": ("free", None),
    "infinite": ("Infinity", None),
    "not a number": ("NaN", None),
    "boolean": (True, None),
    "object": ({"usd": 1}, None),
}


@pytest.mark.parametrize(("cost", "expected"), COSTS.values(), ids=COSTS.keys())
async def test_g34_a_cost_is_whole_micro_dollars_or_unknown(cost: object, expected: int | None):
    entry = await Api(ENTRY | {"cost": cost}).reader().get("01JLOG")
    assert entry is not None
    assert entry.cost == expected


@pytest.mark.parametrize("tokens", [None, -1, 10**30, "many", 1.5, True])
async def test_g34_strange_token_counts_are_ignored(tokens: object):
    entry = await Api(ENTRY | {"tokens_in": tokens, "tokens_out": tokens}).reader().get("01JLOG")
    assert entry is not None
    assert (entry.tokens_in, entry.tokens_out) == (None, None)


async def test_the_stored_answer_brings_the_picture_back():
    for content in (
        wrapped(),
        wrapped()[len(b'{"result":') : -len(b',"success":true,"errors":[],"messages":[]}')],
    ):
        completed = await Api(content=content).reader().stored_answer("01JLOG")
        assert completed is not None
        assert completed.images == (ResultUrl(IMAGE_URL),)


@pytest.mark.parametrize(
    "content", [b"<html>", b"null", b'{"success":false,"errors":[]}', b'{"state":"Failed"}']
)
async def test_a_stored_answer_without_a_picture_is_none(content: bytes):
    assert await Api(content=content).reader().stored_answer("01JLOG") is None


async def test_what_the_log_does_not_have_is_none():
    reader = Api(status=404).reader()
    assert await reader.get("01JLOG") is None
    assert await reader.stored_answer("01JLOG") is None


async def ask_everything(reader: LogReader) -> None:
    for question in (reader.get, reader.find_by_attempt, reader.stored_answer):
        with pytest.raises(LogUnavailable):
            await question("01JLOG")
    await reader.aclose()


@pytest.mark.parametrize("status", [302, 400, 401, 403, 429, 500, 503])
async def test_a_log_that_answers_with_an_error_cannot_be_known(status: int):
    await ask_everything(Api(status=status).reader())


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"success":false}'])
async def test_a_log_that_answers_something_else_cannot_be_known(content: bytes):
    reader = Api(content=content).reader()
    with pytest.raises(LogUnavailable):
        await reader.get("01JLOG")
    with pytest.raises(LogUnavailable):
        await reader.find_by_attempt("a1")


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ReadTimeout("no"), OSError()])
async def test_a_log_out_of_reach_cannot_be_known(error: Exception):
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    reader = CloudflareLogs(account_id="acct", api_token=TOKEN, transport=httpx.MockTransport(fail))
    await ask_everything(reader)


async def test_an_account_without_a_log_cannot_be_known():
    await ask_everything(UnavailableLogs())

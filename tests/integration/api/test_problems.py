"""Every error of the API is a problem (RFC 9457), and nothing answers 500 for bad input."""

import ast
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db.utils import OperationalError
from django.test import Client, RequestFactory

from generations.models import Generation
from imagestudio.api import api as api_itself
from imagestudio.http.codes import codes

ADDRESS = "/api/v1/generations"


def is_problem(answer, status: int, code: str) -> bool:
    body = answer.json()
    return (
        (answer.status_code, body["status"], body["code"]) == (status, status, code)
        and answer["Content-Type"] == "application/problem+json"
        and body["type"] == f"/api/v1/errors#{code}"
        and body["request_id"] == answer["X-Request-Id"]
        and bool(body["title"] and body["detail"])
    )


BAD_JSON = {
    "text": b"prompt=a",
    "cut": b'{"prompt": "a',
    "two": b'{"prompt": "a"} {}',
    "bom": b'\xef\xbb\xbf{"prompt": "a"}',
    "nan": b'{"prompt": "a", "count": NaN}',
    "infinity": b'{"prompt": "a", "count": Infinity}',
    "latin-1": '{"prompt": "ä"}'.encode("latin-1"),
    "lone-surrogate": b'{"prompt": "\\ud800"}',
    "utf-16": '{"prompt": "a"}'.encode("utf-16"),
    "deep-list": b"[" * 100_000,
    "deep-object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nul": b"\0",
}


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=BAD_JSON)
def test_broken_json(api: Client, body: bytes) -> None:
    answer = api.post(ADDRESS, body, content_type="application/json")
    assert is_problem(answer, 400, "malformed")
    assert not Generation.objects.exists()


@pytest.mark.parametrize("body", [b"[]", b"null", b'"a"', b"1", b"true"])
def test_json_of_another_shape(api: Client, body: bytes) -> None:
    assert is_problem(api.post(ADDRESS, body, content_type="application/json"), 422, "invalid")


@pytest.mark.parametrize("number", ["1e400", "9" * 4000, "-1e-400", "18446744073709551616"])
def test_absurd_numbers(api: Client, number: str) -> None:
    body = f'{{"prompt": "a", "count": {number}}}'
    answer = api.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "text/json", ""])
def test_a_body_that_is_not_json(api: Client, kind: str) -> None:
    answer = api.post(ADDRESS, b'{"prompt": "a"}', content_type=kind)
    assert is_problem(answer, 415, "unsupported_media")


def test_json_may_name_its_charset(api: Client) -> None:
    answer = api.post(ADDRESS, b'{"prompt": "a"}', content_type="application/json; charset=utf-8")
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "path", ["", "/x", "/v2/models", "/v1/nothing", "/v1/generations/1", "/%00"]
)
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_addresses_that_are_not_there(client: Client, db: None, path: str, method: str) -> None:
    assert is_problem(getattr(client, method)(f"/api{path}/x"), 404, "no_such_address")


def test_a_method_that_is_not_taken(api: Client) -> None:
    answer = api.put(ADDRESS)
    assert is_problem(answer, 405, "method_not_allowed")
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("generations", settings.MAX_REQUEST_BYTES),
        ("estimates", settings.MAX_REQUEST_BYTES),
        ("images", 28_000_000),
        ("tokens", 1_000_000),
        ("generations/019aa1b2-0000-7000-8000-000000000000/cancel", 1_000_000),
    ],
)
def test_a_body_that_says_it_is_too_large_is_refused_unread(
    api: Client, path: str, most: int
) -> None:
    answer = api.generic(
        "POST", f"/api/v1/{path}", b"{", "application/json", CONTENT_LENGTH=str(most + 1)
    )
    assert is_problem(answer, 413, "too_large")
    assert f"{most:,} bytes" in answer.json()["detail"]


def answered(rf: RequestFactory, error: Exception):
    """Return what the API answers when an operation raises this."""
    return api_itself.on_exception(rf.get(ADDRESS), error)


def test_a_database_that_is_away(rf: RequestFactory) -> None:
    answer = answered(rf, OperationalError("connection refused to 10.0.0.7"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"10.0.0.7" not in answer.content


def test_a_fault_of_the_studio_shows_nothing_of_itself(rf: RequestFactory) -> None:
    answer = answered(rf, ZeroDivisionError("division by zero"))
    assert (answer.status_code, json.loads(answer.content)["code"]) == (500, "internal")
    assert b"division" not in answer.content


def test_every_code_is_listed_with_its_meaning(client: Client, db: None) -> None:
    listed = client.get("/api/v1/errors").json()
    known = {one["code"]: one for one in listed["problems"]}
    assert known["budget_exceeded"]["status"] == 402
    assert known["too_many_pixels"]["status"] == 422
    assert all(one["title"] and one["description"] for one in known.values())
    assert {"refused", "unknown_outcome"} <= {one["code"] for one in listed["failures"]}


def test_every_code_that_is_raised_is_listed(db: None) -> None:
    known = {one.code for one in codes()}
    for path in [*Path("imagestudio").rglob("*.py"), *Path("generations").glob("[!e]*/**/*.py")]:
        for raised in ast.walk(ast.parse(path.read_text())):
            if isinstance(raised, ast.Raise) and isinstance(raised.exc, ast.Call):
                for keyword in raised.exc.keywords:
                    if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                        assert keyword.value.value in known, (path, keyword.value.value)


def test_a_problem_never_repeats_hostile_values(api: Client) -> None:
    hostile = "<script>alert(1)</script>"
    answer = api.post(
        ADDRESS, json.dumps({"prompt": "a", "model": hostile, "size": hostile}), "application/json"
    )
    assert answer.status_code == 422
    assert hostile not in answer.content.decode()

"""Bodies that are too large, through a real server: refused without being kept."""

from collections.abc import Iterator

import httpx
import pytest

from imagestudio.accounts.models import Role, Scope
from tests.factories import bearer, make_cast
from tests.integration.web_process import WebProcess, web_process

ADDRESS = "/api/v1/images"


@pytest.fixture(scope="module")
def studio(django_db_setup: None) -> Iterator[WebProcess]:
    with web_process() as running:
        yield running


@pytest.fixture
def client(studio: WebProcess, rows: None) -> Iterator[httpx.Client]:
    headers = bearer(make_cast().membership(Role.OWNER), Scope.LIBRARY_WRITE)
    with httpx.Client(base_url=studio.address, headers=headers, timeout=60) as one:
        yield one


def zeros(megabytes: int) -> Iterator[bytes]:
    for _ in range(megabytes * 10):
        yield bytes(100_000)


@pytest.mark.parametrize("length", [{"Content-Length": "60000000"}, {}], ids=["length", "chunked"])
def test_too_much_is_413_and_nothing_of_it_is_kept(
    client: httpx.Client, studio: WebProcess, length: dict[str, str]
) -> None:
    before = studio.memory
    headers = {"Content-Type": "multipart/form-data; boundary=x", **length}
    answer = client.post(ADDRESS, content=zeros(60), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert studio.memory - before < 30_000_000


def test_a_body_at_its_limit_is_read(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(ADDRESS, content=bytes(28_000_000), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")

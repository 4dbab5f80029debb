"""What is sent, what is taken, and what is tried again (G41, G43)."""

import asyncio
import gzip

import httpx
import pytest

from imagestudio.egress import Egress, FetchFailed, TooLarge
from tests.loopback import Behaviour, Call, serving
from tests.unit.egress.factories import OTHER_PUBLIC, PUBLIC, Names, Wire, make_egress

pytestmark = pytest.mark.anyio

URL = "https://pictures.example/x.png?signature=s3cret"


async def fetch(behave: Behaviour, **limits: float) -> tuple[bytes, list[Call]]:
    """Fetch from a server on a listed loopback port; return what came and every call."""
    async with serving(behave) as server:
        async with make_egress(hosts=[f"127.0.0.1:{server.port}"]) as egress:
            download = await egress.fetch(f"{server.url}/x.png", **limits)
        return download.content, server.calls


async def test_the_checked_address_is_asked_under_the_name():
    wire = Wire()
    await make_egress(wire=wire).fetch(URL)
    [request] = wire.requests
    assert str(request.url) == f"https://{PUBLIC}/x.png?signature=s3cret"
    assert request.headers["host"] == "pictures.example"
    assert request.extensions["sni_hostname"] == "pictures.example"


async def test_nothing_of_ours_is_sent_along():
    async def behave(call: Call) -> None:
        await call.read()
        await call.reply(body=b"x", headers={"Set-Cookie": "a=b"})

    _, calls = await fetch(behave)
    assert set(calls[0].headers) == {"host", "accept", "connection", "user-agent"}


async def test_the_next_address_is_asked_when_one_does_not_answer():
    wire = Wire(httpx.ConnectError("refused"), httpx.Response(200, content=b"picture"))
    await make_egress([PUBLIC, OTHER_PUBLIC], wire=wire).fetch(URL)
    assert [request.url.host for request in wire.requests] == [PUBLIC, OTHER_PUBLIC]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int):
    async def behave(call: Call) -> None:
        await call.read()
        await call.reply(status, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(FetchFailed, match=str(status)) as caught:
        await fetch(behave)
    assert not caught.value.transient


@pytest.mark.parametrize("status", [400, 401, 403, 410, 204, 206])
async def test_a_final_refusal_is_asked_once(status: int):
    wire = Wire(httpx.Response(status))
    with pytest.raises(FetchFailed) as caught:
        await make_egress(wire=wire).fetch(URL)
    assert (caught.value.transient, caught.value.status) == (False, status)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("status", [404, 429, 500, 502, 503])
async def test_a_passing_fault_is_asked_three_times(status: int):
    wire = Wire(httpx.Response(status))
    names = Names([PUBLIC], ["127.0.0.1"])
    with pytest.raises(FetchFailed) as caught:
        await Egress(resolver=names, transport=wire, pauses=(0, 0)).fetch(URL)
    assert (caught.value.transient, caught.value.status) == (True, status)
    assert [request.url.host for request in wire.requests] == [PUBLIC] * 3
    assert names.asked == ["pictures.example"]


async def test_a_fault_that_passes_brings_the_picture():
    wire = Wire(httpx.Response(404), httpx.ReadError("reset"), httpx.Response(200, content=b"ok"))
    assert (await make_egress(wire=wire).fetch(URL)).content == b"ok"


async def test_a_body_above_the_ceiling_is_cut():
    async def endless(call: Call) -> None:
        await call.read()
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")
        while True:
            await call.send(b"x" * 65_536)

    with pytest.raises(TooLarge, match="1,000,000 bytes"):
        await fetch(endless, max_bytes=1_000_000)


async def test_a_body_at_the_ceiling_is_taken():
    content, _ = await fetch(lambda call: call.reply(body=b"x" * 1000), max_bytes=1000)
    assert len(content) == 1000


async def test_a_slow_body_ends_at_the_total_time():
    async def slow(call: Call) -> None:
        await call.read()
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            await call.send(b"x")
            await asyncio.sleep(0.02)

    with pytest.raises(FetchFailed, match=r"within 0\.2 seconds") as caught:
        await fetch(slow, total_seconds=0.2)
    assert caught.value.transient


async def test_a_slow_name_server_counts_towards_the_total_time():
    async def silent(host: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(FetchFailed, match="did not deliver"):
        await Egress(resolver=silent, transport=Wire()).fetch(URL, total_seconds=0.05)


async def test_a_body_cut_short_is_a_failure():
    async def short(call: Call) -> None:
        await call.read()
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")

    with pytest.raises(FetchFailed):
        await fetch(short)


def coded(content: bytes, coding: str) -> Wire:
    """A server that sends a content coding that was not asked for."""
    headers = {"content-encoding": coding}
    return Wire(httpx.Response(200, headers=headers, stream=httpx.ByteStream(content)))


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
async def test_a_coding_that_was_not_asked_for_is_undone(coding: str):
    wire = coded(gzip.compress(b"a picture"), coding)
    assert (await make_egress(wire=wire).fetch(URL)).content == b"a picture"


async def test_a_coding_does_not_get_around_the_limit():
    wire = coded(gzip.compress(bytes(1_000_000)), "gzip")
    with pytest.raises(TooLarge):
        await make_egress(wire=wire).fetch(URL, max_bytes=1000)


@pytest.mark.parametrize(
    ("content", "coding"),
    [(b"x", "br"), (b"x", "gzip"), (gzip.compress(b"a picture")[:-9], "gzip")],
    ids=["unknown", "broken", "cut"],
)
async def test_a_coding_that_cannot_be_undone_is_a_failure(content: bytes, coding: str):
    with pytest.raises(FetchFailed, match="coding"):
        await make_egress(wire=coded(content, coding)).fetch(URL)


@pytest.mark.parametrize("failure", [OSError("no such name"), UnicodeError("label too long")])
async def test_a_name_that_cannot_be_looked_up_is_a_passing_fault(failure: Exception):
    async def broken(host: str) -> list[str]:
        raise failure

    with pytest.raises(FetchFailed, match="could not be looked up") as caught:
        await Egress(resolver=broken, transport=Wire()).fetch(URL)
    assert caught.value.transient


async def test_no_error_repeats_the_signature_in_the_address():
    for answer in (httpx.Response(403), httpx.Response(500), httpx.ReadError("at s3cret")):
        with pytest.raises(FetchFailed) as caught:
            await make_egress(wire=Wire(answer)).fetch(URL)
        assert "s3cret" not in str(caught.value)

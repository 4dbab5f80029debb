"""Faults of the connection (G1 to G12): what is certain not to be billed, and what is not.

The paid call is never sent twice by the client, so each server counts its connections.
"""

import asyncio
import socket
import ssl

import httpx
import pytest

from generations.gateway import (
    BadAnswer,
    Billed,
    GatewayError,
    NotSent,
    SourceBytes,
    Timeouts,
    UnknownOutcome,
)
from tests.loopback import Behaviour, Call, serving
from tests.unit.gateway.factories import impatient, make_gateway, make_request, make_source, wrapped

pytestmark = pytest.mark.anyio


async def failure(api_base: str, timeouts: Timeouts | None = None, **request) -> GatewayError:
    async with make_gateway(api_base, timeouts=timeouts or impatient()) as gateway:
        with pytest.raises(GatewayError) as caught:
            await gateway.run(make_request(**request))
    return caught.value


async def failure_at(behave: Behaviour, **options) -> tuple[GatewayError, int]:
    """Return the error of one call and how many connections the server has seen."""
    async with serving(behave) as server:
        return await failure(server.url, **options), len(server.calls)


def is_certainly_free(error: GatewayError) -> bool:
    return isinstance(error, NotSent) and error.billed is Billed.NO and error.resend


def is_unknown(error: GatewayError) -> bool:
    return error.billed is Billed.MAYBE and not error.resend


async def test_g1_a_name_that_does_not_exist():
    assert is_certainly_free(await failure("https://nowhere.invalid"))


async def test_g2_a_refused_connection():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        error = await failure(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert is_certainly_free(error)


async def test_g2_a_connection_that_is_never_accepted():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        error = await failure(f"http://127.0.0.1:{address[1]}", impatient(connect=0.2))
        for one in waiting:
            one.close()
    assert is_certainly_free(error)


async def test_g3_a_server_that_does_not_speak_tls():
    async def behave(call: Call) -> None:
        await call.send(b"HTTP/1.1 400 X\r\n\r\n")

    async with serving(behave) as server:
        error = await failure(f"https://127.0.0.1:{server.port}")
    assert is_certainly_free(error)


class Broken(httpx.AsyncBaseTransport):
    """A transport that fails before, or after, it has taken the first block of the body."""

    def __init__(self, error: Exception, *, blocks: int) -> None:
        self.error = error
        self.blocks = blocks

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = request.stream.__aiter__()
        for _ in range(self.blocks):
            await anext(body)
        await body.aclose()
        raise self.error


BREAKS = [
    httpx.ConnectError("certificate verify failed"),
    httpx.ConnectTimeout("slow"),
    httpx.PoolTimeout("no place"),
    httpx.WriteError("reset"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    ssl.SSLError("bad record mac"),
    OSError("unreachable"),
]


@pytest.mark.parametrize("error", BREAKS, ids=lambda error: type(error).__name__)
async def test_g4_whatever_breaks_before_the_body_was_not_sent(error: Exception):
    async with make_gateway("https://gateway.test", transport=Broken(error, blocks=0)) as gateway:
        with pytest.raises(NotSent):
            await gateway.run(make_request())


@pytest.mark.parametrize("error", BREAKS, ids=lambda error: type(error).__name__)
async def test_g5_whatever_breaks_after_the_first_byte_is_unknown(error: Exception):
    async with make_gateway("https://gateway.test", transport=Broken(error, blocks=1)) as gateway:
        with pytest.raises(UnknownOutcome):
            await gateway.run(make_request())


async def test_g4_a_reset_before_the_body():
    async def behave(call: Call) -> None:
        call.reset()

    error, calls = await failure_at(behave, sources=[make_source(b"x" * 100)])
    assert is_certainly_free(error)
    assert calls == 1


async def test_g4_a_close_before_the_body():
    async def behave(_call: Call) -> None:
        pass

    error, calls = await failure_at(behave)
    assert is_certainly_free(error)
    assert calls == 1


async def test_an_answer_before_the_body_is_read():
    async def behave(call: Call) -> None:
        await call.reply(401)
        await call.drain()

    error, calls = await failure_at(behave)
    assert error.http_status == 401
    assert calls == 1


async def test_g5_a_reset_after_the_body():
    async def behave(call: Call) -> None:
        await call.read()
        call.reset()

    error, calls = await failure_at(behave)
    assert is_unknown(error)
    assert calls == 1


async def test_g5_a_close_after_the_body():
    async def behave(call: Call) -> None:
        await call.read()

    error, calls = await failure_at(behave)
    assert is_unknown(error)
    assert calls == 1


async def test_g6_no_answer_until_the_read_gap():
    error, _ = await failure_at(silent, timeouts=impatient(read=0.1))
    assert is_unknown(error)


async def test_g6_no_answer_until_the_deadline():
    error, _ = await failure_at(silent, timeouts=impatient(total=0.2))
    assert is_unknown(error)


async def silent(call: Call) -> None:
    await call.read()
    await asyncio.Event().wait()


async def test_g7_headers_and_then_silence():
    async def behave(call: Call) -> None:
        await call.read()
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        await asyncio.Event().wait()

    error, _ = await failure_at(behave, timeouts=impatient(read=0.1))
    assert is_unknown(error)


async def test_g8_a_body_that_trickles_ends_at_the_deadline():
    async def behave(call: Call) -> None:
        await call.read()
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            await call.send(b" ")
            await asyncio.sleep(0.02)

    error, _ = await failure_at(behave, timeouts=impatient(read=0.2, total=0.5))
    assert is_unknown(error)


async def test_g9_a_body_shorter_than_its_length():
    async def behave(call: Call) -> None:
        await call.read()
        body = wrapped()
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (len(body) + 1) + body)

    error, _ = await failure_at(behave)
    assert is_unknown(error)


@pytest.mark.parametrize("head", [b"Content-Length: 10000000000", b"Transfer-Encoding: chunked"])
async def test_g10_an_endless_body_is_cut(head: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("generations.gateway.client.ANSWER_LIMIT", 1_000_000)

    async def behave(call: Call) -> None:
        await call.read()
        await call.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n")
        while True:
            await call.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    error, _ = await failure_at(behave)
    assert type(error) is BadAnswer
    assert error.content == b""
    assert len(error.raw) <= 2_000


async def test_g12_each_call_has_a_connection_of_its_own():
    """So no call can be given a connection that the other side has just closed."""

    async def behave(call: Call) -> None:
        await call.read()
        await call.reply(body=wrapped())

    async with serving(behave) as server, make_gateway(server.url) as gateway:
        for _ in range(3):
            await gateway.run(make_request())
    assert [call.headers["connection"] for call in server.calls] == ["close"] * 3


async def test_an_early_answer_is_read_although_the_body_could_not_be_written():
    async def behave(call: Call) -> None:
        await call.read_head()
        await call.reply(413, b'{"message":"Too large"}', headers={"Connection": "close"})
        while await call.reader.read(65_536):
            pass

    error, _ = await failure_at(behave, sources=[make_source(b"x" * 2_000_000)])
    assert error.http_status == 413


async def test_a_cancelled_call_is_not_turned_into_an_error():
    received = asyncio.Event()

    async def behave(call: Call) -> None:
        await call.read()
        received.set()
        await asyncio.Event().wait()

    async with serving(behave) as server, make_gateway(server.url) as gateway:
        running = asyncio.create_task(gateway.run(make_request()))
        await received.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


def unreadable(*, size: int, good: int) -> SourceBytes:
    async def chunks():
        if good:
            yield b"x" * good
        raise PermissionError("/var/media/secret.png")

    return SourceBytes(size=size, mime="image/png", chunks=chunks)


async def test_a_source_that_cannot_be_opened_stops_the_call_before_it_is_sent():
    error, calls = await failure_at(taking, sources=[unreadable(size=10, good=0)])
    assert is_certainly_free(error)
    assert error.code == "source_unavailable"
    assert "secret.png" not in error.message
    assert calls <= 1


async def test_a_source_that_breaks_halfway_leaves_the_outcome_unknown():
    source = unreadable(size=3_000_000, good=1_000_000)
    error, _ = await failure_at(taking, sources=[source])
    assert is_unknown(error)


@pytest.mark.parametrize("size", [99, 101])
async def test_a_source_of_another_length_than_said_is_not_sent(size: int):
    honest = make_source(b"x" * 100)
    source = SourceBytes(size=size, mime="image/png", chunks=honest.chunks)
    error, _ = await failure_at(taking, sources=[source])
    assert is_certainly_free(error)


async def taking(call: Call) -> None:
    await call.read()
    await call.reply(body=wrapped())

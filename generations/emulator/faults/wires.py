"""Ways to break HTTP while delivering a reply; each works for answers and for pictures."""

import asyncio
import gzip
import io
from collections.abc import AsyncIterator
from http import HTTPStatus

from generations.emulator import asgi
from generations.emulator.faults.effects import Options
from generations.emulator.replies import Delivery, Reply, whole

FOR_EVER = 24 * 3600.0  # seconds
PIECE = 64 * 1024  # bytes
MEGABYTE = 1_000_000


def head(reply: Reply, *, length: int | None) -> bytes:
    """Give a reply's head as bytes, promising a length in bytes or none."""
    phrase = HTTPStatus(reply.status).phrase if reply.status in set(HTTPStatus) else ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers]
    lines.append("connection: close" if length is None else f"content-length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def _raw(data: bytes) -> asgi.Message:
    return {"type": asgi.RAW, "data": data}


async def until_gone(receive: asgi.Receive) -> None:
    """Wait until the client gives up; nothing more is said."""
    while (await receive())["type"] != "http.disconnect":
        pass


def reset(options: Options) -> Delivery:
    """Reset the connection, after reading some bytes of the request's body if `after_bytes`."""

    async def deliver(_reply: Reply, receive: asgi.Receive, send: asgi.Send) -> None:
        left = int(options.get("after_bytes", 0))
        while left > 0:
            message = await receive()
            left -= len(message.get("body", b"")) or left
        await send({"type": asgi.RESET})

    return deliver


def close(_options: Options) -> Delivery:
    """Close the connection without a word."""

    async def deliver(_reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        await send({"type": asgi.CLOSE})

    return deliver


def never_read(_options: Options) -> Delivery:
    """Leave the request's body in the client's hands."""

    async def deliver(_reply: Reply, _receive: asgi.Receive, _send: asgi.Send) -> None:
        await asyncio.sleep(FOR_EVER)

    return deliver


def plain(_options: Options) -> Delivery:
    """Deliver the reply at once, without reading the request's body first."""
    return whole


def silence(_options: Options) -> Delivery:
    """Never answer."""

    async def deliver(_reply: Reply, receive: asgi.Receive, _send: asgi.Send) -> None:
        await until_gone(receive)

    return deliver


def silence_after_head(_options: Options) -> Delivery:
    """Send the head, then nothing."""

    async def deliver(reply: Reply, receive: asgi.Receive, send: asgi.Send) -> None:
        await send(_raw(head(reply, length=len(reply.body))))
        await until_gone(receive)

    return deliver


def slowly(options: Options) -> Delivery:
    """Send `bytes_per_second`."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        pace = int(options["bytes_per_second"])
        await send(_raw(head(reply, length=len(reply.body))))
        for start in range(0, len(reply.body), pace):
            await send(_raw(reply.body[start : start + pace]))
            await asyncio.sleep(1)

    return deliver


def promising_more(_options: Options) -> Delivery:
    """Promise a thousand bytes more than are sent, then close."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        await send(_raw(head(reply, length=len(reply.body) + 1000) + reply.body))

    return deliver


def reset_half_way(_options: Options) -> Delivery:
    """Reset the connection in the middle of the body."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        half = reply.body[: len(reply.body) // 2]
        await send(_raw(head(reply, length=len(reply.body)) + half))
        await asyncio.sleep(0.05)  # let it arrive, or the reset overtakes it
        await send({"type": asgi.RESET})

    return deliver


def endless(_options: Options) -> Delivery:
    """Send a body that never ends, as fast as the client takes it."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        await send(_raw(head(reply, length=None) + reply.body))
        while True:
            await send(_raw(b" " * PIECE))
            await asyncio.sleep(0)

    return deliver


def huge(options: Options) -> Delivery:
    """Follow the body with blanks up to so many `megabytes`, as promised in its length."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        total = int(options["megabytes"]) * MEGABYTE
        await send(_raw(head(reply, length=total) + reply.body))
        async for piece in _blanks(total - len(reply.body)):
            await send(_raw(piece))

    return deliver


async def _blanks(count: int) -> AsyncIterator[bytes]:
    while count > 0:
        yield b" " * min(PIECE, count)
        count -= PIECE
        await asyncio.sleep(0)


def compressed_bomb(options: Options) -> Delivery:
    """Send a small gzip body that unpacks to so many `megabytes`."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        out = io.BytesIO()
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packer:
            packer.write(reply.body)
            async for piece in _blanks(int(options["megabytes"]) * MEGABYTE):
                packer.write(piece)
        body = out.getvalue()
        packed = Reply(status=reply.status, headers=(*reply.headers, ("content-encoding", "gzip")))
        await send(_raw(head(packed, length=len(body)) + body))

    return deliver


def not_http(_options: Options) -> Delivery:
    """Send something that is not HTTP."""

    async def deliver(_reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        await send(_raw(b"220 mail.example.com ESMTP\r\n\r\n"))

    return deliver


def broken_chunks(_options: Options) -> Delivery:
    """Announce chunks and send something else."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        start = head(reply, length=None)[:-2] + b"transfer-encoding: chunked\r\n\r\n"
        await send(_raw(start + b"zz\r\n" + reply.body + b"\r\n0\r\n\r\n"))

    return deliver


def twice(_options: Options) -> Delivery:
    """Send the whole reply two times on one connection."""

    async def deliver(reply: Reply, _receive: asgi.Receive, send: asgi.Send) -> None:
        one = head(reply, length=len(reply.body)) + reply.body
        await send(_raw(one + one))

    return deliver


def closing_between(_options: Options) -> Delivery:
    """Answer well and keep the connection, but close it when the next request begins."""

    async def deliver(reply: Reply, receive: asgi.Receive, send: asgi.Send) -> None:
        await send({"type": asgi.CLOSE_AT_NEXT})
        await whole(reply, receive, send)

    return deliver

"""HTTP/1.1 over asyncio streams and h11: a small server that can also misbehave on purpose.

A server for production would never let its application break the protocol; that is the one thing
needed here (`asgi` says how). One task per connection; a call goes on when its client has gone,
because the provider behind the real gateway would go on as well.
"""

import asyncio
import contextlib
import logging
import socket
import struct
from http import HTTPStatus
from urllib.parse import unquote

import h11

from generations.emulator import asgi

CHUNK = 256 * 1024  # bytes read from a socket at once
BACKLOG = 2048  # connections waiting to be accepted: hundreds may arrive in one moment
DRAIN = 64 * 1024 * 1024  # bytes of an unread request body swallowed before we close instead
logger = logging.getLogger(__name__)
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close sends RST


async def listen(application: asgi.Application, *, bound: socket.socket) -> asyncio.Server:
    """Serve the application on a socket that is bound already."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Connection(application, reader, writer).serve()

    return await asyncio.start_server(connected, sock=bound, limit=CHUNK, backlog=BACKLOG)


class Connection:
    """One client's connection: its requests one after the other."""

    def __init__(
        self,
        application: asgi.Application,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._application = application
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)
        self._broken = False  # the application has gone past HTTP: close when it is done
        self._doomed = False  # close as soon as the next request begins

    async def serve(self) -> None:
        """Answer requests until either side ends it."""
        try:
            scope: asgi.Scope = {"type": asgi.CONNECTION}
            await self._application(scope, self._disconnected, self._send)
            while not self._broken and await self._serve_one():
                self._http.start_next_cycle()
        except ConnectionError:
            logger.debug("a client went away")
        finally:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _serve_one(self) -> bool:
        """Answer one request; true when another may follow on this connection."""
        try:
            event = await self._next_event()
        except h11.RemoteProtocolError as error:
            await self._refuse(error)
            return False
        if not isinstance(event, h11.Request):
            return False
        await self._application(self._scope(event), self._receive, self._send)
        return not self._broken and await self._ready_for_next()

    async def _next_event(self) -> object:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            if self._http.they_are_waiting_for_100_continue:
                await self._write(
                    self._http.send(h11.InformationalResponse(status_code=100, headers=[]))
                )
            data = await self._reader.read(CHUNK)
            if self._doomed:
                raise ConnectionAbortedError
            self._http.receive_data(data)

    def _scope(self, request: h11.Request) -> asgi.Scope:
        target, _, query = request.target.partition(b"?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": request.http_version.decode("ascii"),
            "method": request.method.decode("ascii"),
            "scheme": "http",
            "path": unquote(target.decode("latin-1")),
            "raw_path": target,
            "query_string": query,
            "headers": list(request.headers),
            "client": self._writer.get_extra_info("peername"),
            "server": self._writer.get_extra_info("sockname"),
            "extensions": {asgi.EXTENSION: {}},
        }

    async def _receive(self) -> asgi.Message:
        if self._http.their_state is not h11.SEND_BODY:
            return await self._disconnected()
        try:
            event = await self._next_event()
        except h11.RemoteProtocolError:
            return {"type": "http.disconnect"}
        if isinstance(event, h11.Data):
            return {"type": "http.request", "body": bytes(event.data), "more_body": True}
        if isinstance(event, h11.EndOfMessage):
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.disconnect"}

    async def _disconnected(self) -> asgi.Message:
        """Wait until the client is gone; bytes that it still sends are thrown away."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(CHUNK):
                pass
        self._broken = True
        return {"type": "http.disconnect"}

    async def _send(self, message: asgi.Message) -> None:
        match message["type"]:
            case "http.response.start":
                await self._start(message["status"], message["headers"])
            case "http.response.body":
                await self._body(message.get("body", b""), more=message.get("more_body", False))
            case asgi.RAW:
                self._broken = True
                await self._write(message["data"])
            case asgi.RESET:
                self._reset()
            case asgi.CLOSE:
                self._broken = True
                self._writer.close()
            case asgi.CLOSE_AT_NEXT:
                self._doomed = True

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        response = h11.Response(status_code=status, headers=headers, reason=reason.encode())
        await self._write(self._http.send(response))

    async def _body(self, body: bytes, *, more: bool) -> None:
        if body:
            await self._write(self._http.send(h11.Data(data=body)))
        if not more:
            await self._write(self._http.send(h11.EndOfMessage()))

    async def _write(self, data: bytes | None) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError("the client has gone")
        if data:
            self._writer.write(data)
            await self._writer.drain()

    def _reset(self) -> None:
        self._broken = True
        stream: socket.socket = self._writer.get_extra_info("socket")
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._writer.transport.abort()

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        text = str(error).encode()
        await self._start(error.error_status_hint, [(b"content-length", b"%d" % len(text))])
        await self._body(text, more=False)

    async def _ready_for_next(self) -> bool:
        """Swallow what is left of the request's body; false when the connection has to end."""
        left = DRAIN
        while self._http.their_state is h11.SEND_BODY and left > 0:
            message = await self._receive()
            left -= len(message.get("body", b""))
        return self._http.our_state is h11.DONE and self._http.their_state is h11.DONE

"""Servers on the loopback address that misbehave exactly as a test tells them to."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Call:
    """One connection from the client: what it sent, and a way to answer as raw bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: str = ""
    body: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        lines = (line.split(": ", 1) for line in self.head.split("\r\n")[1:] if line)
        return {name.lower(): value for name, value in lines}

    async def read_head(self) -> None:
        self.head = (await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def read(self) -> None:
        await self.read_head()
        self.body = await self.reader.readexactly(int(self.headers.get("content-length", 0)))

    async def drain(self) -> int:
        """Read the body without keeping it; return how many bytes it had."""
        await self.read_head()
        left = int(self.headers["content-length"])
        while left:
            left -= len(await self.reader.read(min(left, 65_536)))
        return int(self.headers["content-length"])

    async def reply(
        self, status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        await self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def reset(self) -> None:
        """Close without a goodbye, so that the client sees a reset."""
        line: socket.socket = self.writer.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Call], Awaitable[None]]


@dataclass
class Server:
    """A running server: where it listens, and every call that reached it."""

    url: str
    port: int
    calls: list[Call] = field(default_factory=list)


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[Server]:
    """Run a server that answers each connection by `behave`; ends its connections at the end."""
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(task := asyncio.current_task())
        call = Call(reader, writer)
        server.calls.append(call)
        try:
            await behave(call)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away, as some tests want
        finally:
            writer.close()
            tasks.discard(task)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", port)
    try:
        yield server
    finally:
        listener.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

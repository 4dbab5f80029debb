"""The emulator as an ASGI application."""

from dataclasses import replace

from generations.emulator import account, asgi, control, moderations
from generations.emulator.emulator import Emulator
from generations.emulator.faults.effects import ResultFault
from generations.emulator.problems import not_routable, render
from generations.emulator.replies import Reply
from generations.emulator.routes import Route, answer, route
from generations.emulator.run.pipeline import run
from generations.emulator.wire.request import Request, unpack

PRIVATE = ("cache-control", "private, no-store")


async def read_result(emulator: Emulator, _request: Request, *, name: str) -> Reply:
    """Give a finished picture to anybody who knows its address, until it expires."""
    result = emulator.results.find(name)
    if result is None:
        return Reply(status=404, headers=(("content-type", "text/plain"),), body=b"Not found")
    if result.expired():
        return Reply(status=403, headers=(("content-type", "text/plain"),), body=b"Expired")
    headers = (("content-type", result.content_type), PRIVATE)
    data = await emulator.in_thread(result.path.read_bytes)
    reply = Reply(status=200, headers=headers, body=data)
    fault = emulator.faults.table.get(result.fault or "")
    if not isinstance(fault, ResultFault) or not result.misbehaves():
        return reply
    return replace(reply, delivery=fault.delivery(result.options))


ROUTES: tuple[Route, ...] = (
    route("POST", f"{account.ACCOUNT}/ai/run", run),
    route("GET", "/results/{name}", read_result),
    *account.ROUTES,
    *moderations.ROUTES,
    *control.ROUTES,
)


def application(emulator: Emulator) -> asgi.Application:
    """Give the ASGI application of an emulator."""

    async def serve(scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == asgi.CONNECTION:
            if emulator.faults.connecting():
                await send({"type": asgi.RESET})
            return
        request = unpack(scope, receive)
        reply = await answer(ROUTES, emulator, request) or render(not_routable(request.path))
        await reply.delivery(reply, receive, send)

    return serve

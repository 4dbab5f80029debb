"""The wire breaks: at the head of a call, at its answer, or at the picture's address."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from generations.emulator.asgi import Receive, Send
from generations.emulator.faults import wires
from generations.emulator.faults.effects import (
    ArrivalFault,
    DeliveryFault,
    Options,
    ResultFault,
)
from generations.emulator.replies import Delivery, Headers, Reply, whole

Factory = Callable[[Options], Delivery]
HTML: Headers = (("content-type", "text/html; charset=UTF-8"),)


def _arrival(name: str, rows: str, about: str, delivery: Factory, **options: Any) -> ArrivalFault:
    return ArrivalFault(name=name, rows=rows, about=about, delivery=delivery, options=options)


def _delivery(name: str, rows: str, about: str, delivery: Factory, **options: Any) -> DeliveryFault:
    return DeliveryFault(name=name, rows=rows, about=about, delivery=delivery, options=options)


def _result(
    name: str, about: str, delivery: Factory, *, rows: str = "G43", **options: Any
) -> ResultFault:
    return ResultFault(name=name, rows=rows, about=about, delivery=delivery, options=options)


def _instead(make: Callable[[Reply, Options], Reply]) -> Factory:
    """Give a delivery that sends another reply in place of the picture, in the honest way."""

    def factory(options: Options) -> Delivery:
        async def deliver(reply: Reply, receive: Receive, send: Send) -> None:
            await whole(make(reply, options), receive, send)

        return deliver

    return factory


def _status(_reply: Reply, options: Options) -> Reply:
    return Reply(status=int(options["status"]), headers=HTML, body=b"<h1>Error</h1>")


def _redirected(_reply: Reply, options: Options) -> Reply:
    return Reply(status=int(options["status"]), headers=(("location", str(options["to"])),))


def _page(_reply: Reply, _options: Options) -> Reply:
    return Reply(status=200, headers=HTML, body=b"<!DOCTYPE html><h1>Sign in</h1>")


def _typed(reply: Reply, options: Options) -> Reply:
    return replace(reply, headers=(("content-type", str(options["type"])),))


def _nothing(reply: Reply, _options: Options) -> Reply:
    return replace(reply, body=b"")


ARRIVALS = (
    _arrival(
        "reset_before_body",
        "G4",
        "Reset when the head is there; with after_bytes, after so much of the body.",
        wires.reset,
        after_bytes=0,
    ),
    _arrival("close_before_body", "G4", "Closed when the head is there.", wires.close),
    _arrival("body_never_read", "G6", "The body is never read.", wires.never_read),
    _arrival("too_large_early", "G17", "413 before the body was read.", wires.plain),
)

DELIVERIES = (
    _delivery("reset_after_body", "G5", "Reset in place of an answer.", wires.reset),
    _delivery("close_after_body", "G5", "Closed in place of an answer.", wires.close),
    _delivery("reset_mid_answer", "G5", "Reset half way through.", wires.reset_half_way),
    _delivery("never_answers", "G6", "Nothing, until the client gives up.", wires.silence),
    _delivery("silence_after_head", "G7", "The head, then nothing.", wires.silence_after_head),
    _delivery("slow_body", "G8", "Byte after byte.", wires.slowly, bytes_per_second=1),
    _delivery("truncated", "G9", "Less than was promised.", wires.promising_more),
    _delivery("endless_body", "G10", "A body without an end.", wires.endless),
    _delivery("not_http", "G5", "Something that is not HTTP.", wires.not_http),
    _delivery("broken_chunks", "G9", "Chunks that are none.", wires.broken_chunks),
    _delivery("close_between", "G12", "Closed as the next call begins.", wires.closing_between),
    _delivery("json_huge", "G24", "So many megabytes of JSON.", wires.huge, megabytes=200),
    _delivery(
        "compressed_bomb",
        "G24",
        "A small body that unpacks to so many megabytes.",
        wires.compressed_bomb,
        megabytes=200,
    ),
    _delivery("answered_twice", "G31", "The same answer two times.", wires.twice),
)

RESULTS = (
    _result(
        "result_redirect",
        "A redirect, by default to itself for ever; with fetches=n only n times.",
        _instead(_redirected),
        rows="G41",
        to="?again",
        status=302,
    ),
    _result("result_html", "A page.", _instead(_page)),
    _result("result_huge", "So many megabytes.", wires.huge, megabytes=5000),
    _result("result_endless", "No end.", wires.endless),
    _result("result_slow", "Byte after byte.", wires.slowly, bytes_per_second=1),
    _result("result_silent", "The head, then nothing.", wires.silence_after_head),
    _result("result_wrong_type", "Another type.", _instead(_typed), type="text/html"),
    _result("result_missing", "404.", _instead(_status), status=404),
    _result("result_expired", "403.", _instead(_status), status=403),
    _result("result_error", "500; with fetches=n only n times.", _instead(_status), status=500),
    _result("result_empty", "No bytes.", _instead(_nothing)),
    _result("result_truncated", "Less than was promised.", wires.promising_more),
    _result("result_reset", "Reset half way through.", wires.reset_half_way),
    _result(
        "result_compressed_bomb",
        "Unpacks to so many megabytes.",
        wires.compressed_bomb,
        megabytes=200,
    ),
)

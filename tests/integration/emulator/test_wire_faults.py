"""The wire breaks: before the body, in place of the answer, and in the middle of it."""

import json
import time

import httpx
import pytest

from tests.integration.emulator.conftest import Caller, encoded, painted

BROKEN = [
    # fault, what httpx says of it, charged
    pytest.param("reset_before_body", httpx.TransportError, False, id="G4 reset"),
    pytest.param("close_before_body", httpx.TransportError, False, id="G4 close"),
    pytest.param("reset_after_body", httpx.ReadError, True, id="G5 reset"),
    pytest.param("close_after_body", httpx.RemoteProtocolError, True, id="G5 close"),
    pytest.param("reset_mid_answer", httpx.ReadError, True, id="G5 reset half way"),
    pytest.param("not_http", httpx.RemoteProtocolError, True, id="G5 not HTTP"),
    pytest.param("never_answers", httpx.ReadTimeout, True, id="G6 never"),
    pytest.param("silence_after_head", httpx.ReadTimeout, True, id="G7"),
    pytest.param("slow_body", httpx.ReadTimeout, True, id="G8"),
    pytest.param("truncated", httpx.RemoteProtocolError, True, id="G9 length"),
    pytest.param("broken_chunks", httpx.RemoteProtocolError, True, id="G9 chunks"),
]


@pytest.mark.parametrize(("fault", "error", "charged"), BROKEN)
def test_the_wire_breaks_and_the_book_knows_if_it_was_billed(
    caller: Caller, attempt_id, *, fault, error, charged
):
    caller.emulator.set_fault(fault, match={"attempt_id": attempt_id})
    caller.client.timeout = httpx.Timeout(5, read=0.7)

    with pytest.raises(error):
        caller.run(quality="low", metadata={"attempt_id": attempt_id})

    row = caller.row(attempt_id)
    assert (row["outcome"], row["charged"]) == (fault, charged)


def test_g4_the_next_connection_is_reset_before_a_byte_is_read(caller: Caller, attempt_id):
    caller.emulator.set_fault("reset_at_accept")

    with pytest.raises(httpx.TransportError):
        caller.run(quality="low", metadata={"attempt_id": attempt_id})

    assert caller.emulator.charges(attempt_id=attempt_id) == []
    assert caller.run(quality="low", metadata={"attempt_id": attempt_id}).status_code == 200


def test_g4_the_connection_can_break_in_the_middle_of_the_body(caller: Caller, attempt_id):
    caller.emulator.set_fault("reset_before_body", after_bytes=200_000)
    big = encoded(painted("red") + b"\0" * 3_000_000)

    with pytest.raises(httpx.TransportError):
        caller.run(images=[big], metadata={"attempt_id": attempt_id})

    assert caller.row(attempt_id)["charged"] is False


def test_g6_a_body_that_is_never_read_stops_the_client(caller: Caller):
    caller.emulator.set_fault("body_never_read")
    caller.client.timeout = httpx.Timeout(5, write=0.5)

    with pytest.raises(httpx.WriteTimeout):
        caller.run(images=[encoded(b"\0" * 12_000_000)])


@pytest.mark.parametrize("fault", ["endless_body", "json_huge"])
def test_g10_and_g24_a_body_goes_on_and_on(caller: Caller, fault):
    caller.emulator.set_fault(fault)
    address, headers = caller.emulator.run_url, {"authorization": f"Bearer {caller.emulator.token}"}
    sent = {"model": "openai/gpt-image-2", "input": {"prompt": "A heron", "quality": "low"}}
    got = 0

    with caller.client.stream("POST", address, json=sent, headers=headers) as answer:
        for piece in answer.iter_bytes():
            got += len(piece)
            if got > 5_000_000:
                break

    assert got > 5_000_000


def test_g24_huge_json_is_json(caller: Caller):
    caller.emulator.set_fault("json_huge", megabytes=3)

    answer = caller.run(quality="low")

    assert len(answer.content) == 3_000_000
    assert json.loads(answer.content)["success"] is True


def test_g24_a_small_body_unpacks_to_a_large_one(caller: Caller):
    caller.emulator.set_fault("compressed_bomb", megabytes=10)

    answer = caller.run(quality="low")

    assert int(answer.headers["content-length"]) < 200_000
    assert len(answer.content) > 10_000_000


def test_g12_a_kept_connection_is_closed_as_the_next_call_begins(caller: Caller):
    caller.emulator.set_fault("close_between", times=1)

    assert caller.run(quality="low").status_code == 200
    # What was sent and not read turns the close into a reset, as it arrives.
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        caller.run(quality="low")
    assert caller.run(quality="low").status_code == 200


def test_g31_an_answer_comes_twice(caller: Caller, attempt_id):
    caller.emulator.set_fault("answered_twice", times=1)

    assert caller.run(quality="low", metadata={"attempt_id": attempt_id}).status_code == 200
    assert caller.row(attempt_id)["provider_calls"] == 1


def test_a_call_takes_the_time_that_was_set(caller: Caller):
    began = time.monotonic()

    caller.run("A heron [fault:delay seconds=0.6]", quality="low").raise_for_status()

    assert time.monotonic() - began >= 0.6


def test_a_call_goes_on_when_its_client_has_gone(caller: Caller, attempt_id):
    caller.emulator.set_fault("delay", seconds=0.5)
    caller.client.timeout = httpx.Timeout(5, read=0.1)

    with pytest.raises(httpx.ReadTimeout):
        caller.run(quality="low", metadata={"attempt_id": attempt_id})

    assert caller.row(attempt_id)["charged"] is False
    caller.emulator.clear_faults()
    caller.client.timeout = httpx.Timeout(5)
    later = time.monotonic() + 5
    while not caller.row(attempt_id)["charged"] and time.monotonic() < later:
        caller.run(quality="low")
    assert caller.row(attempt_id)["charged"] is True

"""The server below: HTTP as other clients speak it."""

import socket

import pytest

from tests.integration.emulator_process import EmulatorProcess


def exchange(emulator: EmulatorProcess, *pieces: bytes) -> bytes:
    """Send bytes as they are and give everything that comes back."""
    host, _, port = emulator.result_host.partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        for piece in pieces:
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("sent", [b"nonsense\r\n\r\n", b"\x16\x03\x01\n\n"])
def test_what_is_not_http_gets_a_400(emulator: EmulatorProcess, sent):
    assert exchange(emulator, sent).startswith(b"HTTP/1.1 400 ")


def test_requests_follow_one_another_on_a_connection(emulator: EmulatorProcess):
    one = b"GET /emulator/health HTTP/1.1\r\nHost: x\r\n\r\n"

    assert exchange(emulator, one + one).count(b'"status": "ok"') == 2


def test_a_body_may_wait_for_a_word(emulator: EmulatorProcess):
    head = b"POST /emulator/faults HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
    host, _, port = emulator.result_host.partition(":")

    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(head + b"Expect: 100-continue\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"[]")
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_a_body_may_come_in_chunks(emulator: EmulatorProcess):
    head = b"POST /emulator/faults HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert b" 201 " in exchange(emulator, head, b"1\r\n[\r\n", b"1\r\n]\r\n0\r\n\r\n")


def test_a_client_that_goes_half_way_through_its_body_is_noted(emulator: EmulatorProcess):
    path = emulator.run_url.removeprefix(emulator.address).encode()
    head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"

    assert exchange(emulator, head, b"half") == b""
    assert emulator.charges()[-1]["outcome"] == "incomplete"

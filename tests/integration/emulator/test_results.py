"""The address of a finished picture, as it should be and as it should not."""

import time

import httpx
import pytest

from tests.integration.emulator.conftest import Caller, encoded, image_of
from tests.integration.emulator_process import start_emulator


def test_anybody_who_knows_the_address_gets_the_picture(caller: Caller):
    address = image_of(caller.run(quality="low"))

    with_wrong_token = caller.client.get(address, headers={"authorization": "Bearer nobody"})

    assert with_wrong_token.status_code == 200
    assert with_wrong_token.headers["content-type"] == "image/png"
    assert len(address.rpartition("/")[2]) > 30


def test_an_address_that_was_never_given_is_not_found(caller: Caller):
    assert caller.client.get(f"{caller.emulator.address}/results/guess.png").status_code == 404


def test_g43_an_address_expires(tmp_path):
    emulator = start_emulator(tmp_path, result_lifetime=0.2)
    try:
        with httpx.Client(trust_env=False, verify=False) as client:
            caller = Caller(emulator=emulator, client=client)
            address = image_of(caller.run(quality="low"))
            until = time.monotonic() + 5
            while client.get(address).status_code == 200 and time.monotonic() < until:
                pass
            assert client.get(address).status_code == 403
    finally:
        emulator.stop()


STATUSES = [
    pytest.param("result_redirect", 302, "", id="G41"),
    pytest.param("result_html", 200, "text/html; charset=UTF-8", id="G43 HTML"),
    pytest.param("result_wrong_type", 200, "text/html", id="G43 type"),
    pytest.param("result_missing", 404, "text/html; charset=UTF-8", id="G43 404"),
    pytest.param("result_expired", 403, "text/html; charset=UTF-8", id="G43 expired"),
    pytest.param("result_error", 500, "text/html; charset=UTF-8", id="G43 500"),
    pytest.param("result_empty", 200, "image/png", id="G43 empty"),
]


@pytest.mark.parametrize(("fault", "status", "content_type"), STATUSES)
def test_an_address_answers_otherwise_and_the_call_is_billed(
    caller: Caller, attempt_id, *, fault, status, content_type
):
    caller.emulator.set_fault(fault)
    address = image_of(caller.run(quality="low", metadata={"attempt_id": attempt_id}))

    got = caller.client.get(address)

    assert got.status_code == status
    assert got.headers.get("content-type", "") == content_type
    assert caller.row(attempt_id)["charged"] is True


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param("result_slow", httpx.ReadTimeout, id="G43 slow"),
        pytest.param("result_silent", httpx.ReadTimeout, id="G43 silent"),
        pytest.param("result_truncated", httpx.RemoteProtocolError, id="G43 truncated"),
        pytest.param("result_reset", httpx.ReadError, id="G43 reset"),
    ],
)
def test_an_address_breaks_the_wire(caller: Caller, fault, error):
    caller.emulator.set_fault(fault)
    address = image_of(caller.run(quality="low"))

    with pytest.raises(error):
        caller.client.get(address, timeout=httpx.Timeout(5, read=0.5))


@pytest.mark.parametrize("fault", ["result_huge", "result_endless"])
def test_g43_an_address_sends_more_than_anybody_wants(caller: Caller, fault):
    caller.emulator.set_fault(fault)
    got = 0

    with caller.client.stream("GET", image_of(caller.run(quality="low"))) as answer:
        for piece in answer.iter_bytes():
            got += len(piece)
            if got > 5_000_000:
                break

    assert got > 5_000_000


def test_an_address_recovers_after_some_fetches(caller: Caller):
    caller.emulator.set_fault("result_error", fetches=2, status=503)
    address = image_of(caller.run(quality="low"))

    assert [caller.client.get(address).status_code for _ in range(3)] == [503, 503, 200]


def test_g41_a_redirect_goes_where_it_is_told_or_round_in_a_ring(caller: Caller):
    caller.emulator.set_fault("result_redirect", to="http://127.0.0.1:9/x", times=1)
    elsewhere = image_of(caller.run(quality="low"))
    caller.emulator.set_fault("result_redirect")
    ring = image_of(caller.run(quality="low"))

    assert caller.client.get(elsewhere).headers["location"] == "http://127.0.0.1:9/x"
    with pytest.raises(httpx.TooManyRedirects):
        caller.client.get(ring, follow_redirects=True)


FILES = [
    pytest.param("image_svg", b"<svg", id="G35 SVG"),
    pytest.param("image_text", b"This is not", id="G35 text"),
    pytest.param("image_html", b"<!DOCTYPE", id="G35 HTML"),
    pytest.param("image_empty_file", b"", id="G35 empty"),
    pytest.param("image_wrong_type", b"\xff\xd8\xff", id="G35 other type"),
    pytest.param("image_bomb", b"\x89PNG", id="G35 bomb"),
    pytest.param("image_truncated", b"\x89PNG", id="G35 truncated"),
]


@pytest.mark.parametrize(("fault", "begins"), FILES)
def test_the_file_is_no_picture_or_another_one(caller: Caller, fault, begins):
    caller.emulator.set_fault(fault)

    got = caller.client.get(image_of(caller.run(quality="low")))

    assert got.headers["content-type"] == "image/png"
    assert got.content.startswith(begins)
    assert len(got.content) < 1_000_000


def test_the_file_can_be_any_bytes(caller: Caller):
    caller.emulator.set_fault("image_bytes", base64=encoded(b"GIF89a"), extension="gif")

    assert caller.client.get(image_of(caller.run(quality="low"))).content == b"GIF89a"


def test_g35a_another_size_and_format_than_asked(caller: Caller):
    caller.emulator.set_fault("other_size", width=640, height=400)
    caller.emulator.set_fault("other_format", format="webp")

    picture = caller.picture(caller.run(quality="low", size="1024x1024", output_format="png"))

    assert (picture.size, picture.format) == ((640, 400), "WEBP")

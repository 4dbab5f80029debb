"""From the start to the address that people open."""

import signal
import socket

import pytest


def test_parts_start_in_the_order_in_which_they_need_each_other(start, database):
    studio = start(emulator=True, embedded=True)
    studio.says(f"Open http://127.0.0.1:{studio.port}\n")

    order = ["preparation started", "emulator started", "worker started"]
    assert [event for event in studio.events() if event in order] == order
    assert studio.events().index("preparation started") < studio.events().index("web started")
    assert studio.said().count("http://") == 1


def test_nothing_is_prepared_again_while_nothing_has_changed(start, database):
    for _ in range(2):
        studio = start(embedded=True)
        studio.says("Open ")
        studio.signal(signal.SIGTERM)
        assert studio.ends() == 0

    assert studio.events().count("preparation started") == 1
    assert studio.events().count("web started") == 2


def test_another_database_is_prepared_at_every_start(start):
    for _ in range(2):
        studio = start()
        studio.says("Open ")
        studio.signal(signal.SIGTERM)
        assert studio.ends() == 0

    assert studio.events().count("preparation started") == 2


def test_a_taken_port_is_said_before_anything_is_started(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        studio = start(port=port)
        assert studio.ends() == 1

    assert f"Another program listens at port {port} of 127.0.0.1 already" in studio.said()
    assert "make run PORT=" in studio.said()
    assert studio.events() == []


def test_a_second_studio_on_the_same_data_folder_says_where_the_first_is(start):
    first = start()
    first.says("Open ")
    second = start()
    assert second.process.wait(60) == 1

    second.says(f"runs already: process {first.process.pid}, http://127.0.0.1:{first.port}")
    assert first.events().count("web started") == 1
    assert first.process.poll() is None


def test_a_preparation_that_fails_stops_the_studio(start, data):
    data.joinpath("preparation.fails").touch()
    studio = start()

    assert studio.ends() == 1
    assert "could not be prepared" in studio.said()
    assert studio.events() == ["preparation started"]


@pytest.mark.parametrize("part", ["preparation", "worker"])
def test_a_studio_that_is_just_opening_can_be_stopped(start, data, part):
    data.joinpath("preparation.takes.long").touch()
    if part == "worker":
        data.joinpath("preparation.takes.long").unlink()
    studio = start()
    studio.happens(f"{part} started")
    studio.signal(signal.SIGINT)

    assert studio.ends() == 0
    assert f"{part} ended" in studio.events()

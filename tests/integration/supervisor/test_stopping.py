"""Stopping: those first that need the others, and the paid calls before all."""

import os
import signal
import time

import pytest

from imagestudio.embedded import running
from tests.integration.supervisor.conftest import leave_calls

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_one_signal_stops_everything_in_order(start, number):
    studio = start(emulator=True)
    studio.says("Open ")
    studio.signal(number)

    assert studio.ends() == 0
    asked = [event for event in studio.events() if event.endswith("asked")]
    assert set(asked[:2]) == {"web asked", "worker asked"}
    assert studio.events()[-2:] == ["emulator asked", "emulator ended"]


def test_paid_calls_are_finished_and_said_and_the_database_waits_for_them(start, database, data):
    leave_calls(data, 2)
    studio = start(embedded=True)
    studio.says("Open ")
    studio.signal(signal.SIGTERM)

    studio.says("2 paid calls in flight; Ctrl-C again leaves them unknown")
    leave_calls(data, 1)
    studio.says("1 paid call in flight; Ctrl-C again leaves them unknown")
    assert "web ended" in studio.events()
    assert running(data)
    leave_calls(data, 0)
    assert studio.ends() == 0
    assert studio.events()[-1] == "worker ended"
    assert "unknown" not in studio.said().splitlines()[-1]
    assert not running(data)


def test_a_signal_that_arrives_twice_is_one_wish(start, data):
    """As when a process group gets it, and `make` passes on its own."""
    leave_calls(data, 1)
    studio = start()
    studio.says("Open ")
    os.killpg(studio.process.pid, signal.SIGTERM)
    studio.signal(signal.SIGTERM)
    studio.says("1 paid call in flight")
    studio.signal(signal.SIGTERM)

    leave_calls(data, 0)
    assert studio.ends() == 0
    assert studio.events()[-1] == "worker ended"


def test_a_second_signal_a_second_later_leaves_the_calls(start, data):
    leave_calls(data, 3)
    studio = start()
    studio.says("Open ")
    studio.signal(signal.SIGINT)
    studio.says("3 paid calls in flight")
    time.sleep(1)  # the second itself is what is tried
    studio.signal(signal.SIGINT)

    assert studio.ends() == 0
    assert "3 paid calls left unknown" in studio.said()
    assert "worker ended" not in studio.events()


def test_calls_of_the_emulator_are_not_waited_for_long(start, data):
    leave_calls(data, 1)
    studio = start(emulator=True, drain="0.5")
    studio.says("Open ")
    studio.signal(signal.SIGTERM)

    assert studio.ends() == 0
    assert "1 paid call left unknown" in studio.said()
    assert studio.events()[-1] == "emulator ended"


def test_a_part_that_dies_while_calls_are_finished_is_started_again(start, data):
    leave_calls(data, 1)
    studio = start(emulator=True)
    studio.says("Open ")
    studio.signal(signal.SIGTERM)
    studio.says("1 paid call in flight")
    os.kill(studio.pids("emulator started")[0], signal.SIGKILL)
    studio.happens("emulator started", times=2)

    leave_calls(data, 0)
    assert studio.ends() == 0

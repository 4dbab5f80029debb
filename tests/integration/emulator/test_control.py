"""The emulator's own addresses, and how it starts."""

import subprocess
import sys

import pytest

from tests.integration.emulator.conftest import Caller
from tests.integration.emulator_process import ROOT, EmulatorProcess, start_emulator


def test_health_answers_at_once(emulator: EmulatorProcess):
    assert emulator.control.get("/emulator/health").json()["status"] == "ok"


def test_every_fault_is_listed_with_what_it_does(emulator: EmulatorProcess):
    faults = emulator.control.get("/emulator/faults").json()["faults"]

    assert len(faults) > 80
    assert faults["rate_limited"]["rows"] == ["G18"]
    assert faults["failed_after_charge"]["charged"] is True
    assert all(fault["about"] for fault in faults.values())


def test_what_is_on_is_shown_and_can_be_switched_off(caller: Caller):
    rule = caller.emulator.set_fault("no_credits", match={"attempt_id": "x"})
    shown = caller.emulator.control.get("/emulator/faults").json()["active"]
    caller.emulator.control.delete(f"/emulator/faults/{rule}")

    assert (rule, "no_credits") in [(one["id"], one["mode"]) for one in shown]
    assert caller.run(quality="low", metadata={"attempt_id": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ({"attempt_id": "a"}, 402),
        ({"attempt_id": "b"}, 200),
        ({"prompt": "heron"}, 402),
        ({"model": "openai/gpt-image-1.5"}, 200),
        ({"attempt_id": "a", "prompt": "owl"}, 200),
    ],
    ids=str,
)
def test_a_fault_meets_the_calls_that_match(caller: Caller, match, status):
    caller.emulator.set_fault("no_credits", match=match)

    answer = caller.run("A heron", quality="low", metadata={"attempt_id": "a"})

    assert answer.status_code == status


@pytest.mark.parametrize("body", [b"{", b'{"mode": "sleepy"}', b"[1]", b'[{"mode": "html"}, {}]'])
def test_a_wrong_fault_is_refused_and_nothing_is_switched(emulator: EmulatorProcess, body):
    answer = emulator.control.post("/emulator/faults", content=body)

    assert answer.status_code == 422
    assert emulator.control.get("/emulator/faults").json()["active"] == []


def test_faults_can_be_on_from_the_start(tmp_path):
    emulator = start_emulator(tmp_path, faults={"mode": "no_credits", "times": 1})
    try:
        (rule,) = emulator.control.get("/emulator/faults").json()["active"]
        assert (rule["mode"], rule["times"]) == ("no_credits", 1)
    finally:
        emulator.stop()


def test_a_taken_port_is_a_clear_message(emulator: EmulatorProcess, tmp_path):
    port = emulator.address.rpartition(":")[2]
    command = [sys.executable, "-m", "generations.emulator", "--data", tmp_path, "--port", port]

    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in ended.stderr


def test_it_says_nothing_when_it_is_stopped(tmp_path):
    emulator = start_emulator(tmp_path)
    emulator.process.terminate()

    assert emulator.process.wait(timeout=60) == 0
    emulator.stop()

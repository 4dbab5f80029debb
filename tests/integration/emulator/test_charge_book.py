"""The charge book: complete, without secrets, and still there after a kill."""

import json

import httpx
import pytest

from tests.integration.emulator.conftest import Caller, encoded, painted
from tests.integration.emulator_process import EmulatorProcess, start_emulator


def test_every_call_has_a_row_with_what_it_cost(caller: Caller, attempt_id):
    before = caller.emulator.charged_microdollars()

    caller.run(
        "A heron",
        quality="low",
        images=[encoded(painted("red", (64, 64)))],
        metadata={"attempt_id": attempt_id, "generation_id": "g", "account_id": "a"},
    )

    row = caller.row(attempt_id)
    text, source, picture = 2 * 5, 4 * 8, 196 * 30
    assert row["cost_microdollars"] == text + source + picture
    assert (row["outcome"], row["status"], row["generation_id"]) == ("completed", 200, "g")
    assert row["request"]["prompt"] == "A heron"
    assert row["request"]["parameters"] == {"quality": "low"}
    assert row["received_at"] < row["answered_at"]
    assert caller.emulator.charged_microdollars() - before == row["cost_microdollars"]


def test_the_book_shows_headers_but_no_secrets(caller: Caller, attempt_id):
    caller.run(quality="low", metadata={"attempt_id": attempt_id})

    row = caller.row(attempt_id)

    assert row["headers"]["authorization"] == "[redacted]"
    assert row["headers"]["content-type"] == "application/json"
    assert caller.emulator.token not in json.dumps(row)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"a": 1, "b": "x", "c": True}, {"a": 1, "b": "x", "c": True}),
        (dict.fromkeys("abcdef", 1), dict.fromkeys("abcde", 1)),
        ({"cf.own": 1, "a": 2}, {"a": 2}),
        ({"a": 1, "b": None}, {}),
        ({"a": 1, "b": {}}, {}),
        (["a"], {}),
    ],
    ids=["scalars", "first five", "reserved", "null drops all", "object drops all", "no object"],
)
def test_metadata_is_kept_by_the_gateways_rules(caller: Caller, sent, kept):
    caller.run(quality="low", metadata=sent)

    assert caller.emulator.charges()[-1]["metadata"] == kept


def test_a_killed_emulator_still_knows_what_it_charged(tmp_path, attempt_id):
    first = start_emulator(tmp_path)
    charge(first, attempt_id)
    first.kill()

    second = start_emulator(tmp_path)
    try:
        (row,) = second.charges(attempt_id=attempt_id)
        assert row["charged"] is True
        assert second.charged_microdollars() == row["cost_microdollars"]
    finally:
        second.stop()


def test_half_a_line_from_a_kill_does_not_hurt(tmp_path, attempt_id):
    first = start_emulator(tmp_path)
    charge(first, attempt_id)
    first.stop()
    with (tmp_path / "charges.jsonl").open("a") as file:
        file.write('{"call_id": "half')

    second = start_emulator(tmp_path)
    try:
        charge(second, "after")
    finally:
        second.stop()

    third = start_emulator(tmp_path)
    try:
        assert [row["attempt_id"] for row in third.charges()] == [attempt_id, "after"]
    finally:
        third.stop()


def charge(emulator: EmulatorProcess, attempt_id: str) -> None:
    with httpx.Client(trust_env=False, verify=False) as client:
        caller = Caller(emulator=emulator, client=client)
        caller.run(quality="low", metadata={"attempt_id": attempt_id}).raise_for_status()

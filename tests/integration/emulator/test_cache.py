"""The gateway's cache: what makes two calls the same, how long, and what a hit costs."""

import httpx
import pytest

from tests.integration.emulator.conftest import Caller, encoded, image_of, painted


def status(answer):
    return answer.headers["cf-aig-cache-status"]


def test_nothing_is_cached_unless_asked(caller: Caller):
    first, second = caller.run("Plain", quality="low"), caller.run("Plain", quality="low")

    assert (status(first), status(second)) == ("MISS", "MISS")
    assert image_of(first) != image_of(second)


def test_a_hit_gives_the_same_answer_and_costs_nothing(caller: Caller, attempt_id):
    headers = {"cf-aig-cache-ttl": "3600", "cf-aig-cache-key": attempt_id}
    first = caller.run(quality="low", headers=headers)

    again = caller.run(quality="low", headers=headers, metadata={"attempt_id": attempt_id})

    assert (status(first), status(again)) == ("MISS", "HIT")
    assert again.content == first.content
    row = caller.row(attempt_id)
    assert (row["outcome"], row["charged"], row["provider_calls"]) == ("cached", False, 0)


def test_an_own_key_alone_switches_caching_on_whatever_the_input(caller: Caller, attempt_id):
    headers = {"cf-aig-cache-key": attempt_id}
    caller.run("One", quality="low", headers=headers)

    assert status(caller.run("Another", quality="low", headers=headers)) == "HIT"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"prompt": "Same", "quality": "low"}, "HIT"),
        ({"prompt": "Other", "quality": "low"}, "MISS"),
        ({"prompt": "Same", "quality": "medium"}, "MISS"),
        ({"prompt": "Same", "quality": "low", "images": [encoded(painted("red"))]}, "MISS"),
    ],
)
def test_without_a_key_the_whole_input_counts(caller: Caller, attempt_id, second, expected):
    headers = {"cf-aig-cache-ttl": "60"}
    unique = attempt_id  # so that the cases do not meet each other's answers
    caller.run(f"Same {unique}", quality="low", headers=headers)
    changed = {**second, "prompt": f"{second['prompt']} {unique}"}

    assert status(caller.run(**changed, headers=headers)) == expected


@pytest.mark.parametrize("ttl", ["59", "0", "99999999", "soon"])
def test_a_time_outside_the_bounds_is_no_time(caller: Caller, attempt_id, ttl):
    headers = {"cf-aig-cache-ttl": ttl}
    caller.run(attempt_id, quality="low", headers=headers)

    assert status(caller.run(attempt_id, quality="low", headers=headers)) == "MISS"


def test_a_call_can_skip_the_cache(caller: Caller, attempt_id):
    headers = {"cf-aig-cache-key": attempt_id}
    caller.run(quality="low", headers=headers)

    skipped = caller.run(quality="low", headers={**headers, "cf-aig-skip-cache": "true"})

    assert status(skipped) == "MISS"


def test_an_answer_that_got_lost_on_the_wire_is_in_the_cache(caller: Caller, attempt_id):
    headers = {"cf-aig-cache-key": attempt_id}
    caller.emulator.set_fault("close_after_body", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.run(quality="low", headers=headers)

    assert status(caller.run(quality="low", headers=headers)) == "HIT"


def test_a_wrong_answer_is_not(caller: Caller, attempt_id):
    headers = {"cf-aig-cache-key": attempt_id}
    caller.emulator.set_fault("html", times=1)
    caller.run(quality="low", headers=headers)

    assert status(caller.run(quality="low", headers=headers)) == "MISS"


def test_a_hit_is_served_although_the_credit_is_used_up(caller: Caller, attempt_id):
    headers = {"cf-aig-cache-key": attempt_id}
    caller.run(quality="low", headers=headers)
    caller.emulator.set_fault("no_credits")

    assert caller.run(quality="low", headers=headers).status_code == 200


def test_a_first_call_can_be_told_that_it_is_a_hit(caller: Caller, attempt_id):
    caller.emulator.set_fault("cache_hit")

    answer = caller.run(quality="low", metadata={"attempt_id": attempt_id})

    assert status(answer) == "HIT"
    assert caller.row(attempt_id)["charged"] is False

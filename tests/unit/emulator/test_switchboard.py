"""Which faults a call meets: rules, matches, counts, and directives in prompts."""

import pytest

from generations.emulator.faults.effects import Refusal, Switch
from generations.emulator.faults.switchboard import Switchboard, UnknownFaultError
from generations.emulator.faults.table import TABLE

# What the studio's own checks of bad gateway responses need from a gateway and its result server.
# DNS, refused connections and TLS (G1 to G3) happen before there is a gateway to misbehave; G11,
# G29 and G32 do not exist.
PLAYED = {f"G{number}" for number in range(4, 44)} - {"G11", "G29", "G32"} | {"G35a"}


def test_every_bad_response_can_be_played():
    rows = {row for fault in TABLE.values() for row in fault.rows.split()}

    assert rows == PLAYED


def test_a_rule_meets_so_many_calls():
    board = Switchboard(table=TABLE)
    board.switch_on({"mode": "no_credits", "times": 2})

    assert [board.plan({}).names() for _ in range(3)] == [["no_credits"], ["no_credits"], []]


def test_options_stand_over_the_faults_own():
    board = Switchboard(table=TABLE)
    board.switch_on({"mode": "delay", "seconds": 3})
    board.switch_on({"mode": "other_size", "options": {"width": 64}})

    plan = board.plan({})

    assert plan.options("delay") == {"seconds": 3}
    assert plan.options("other_size") == {"width": 64, "height": 1024}


def test_a_prompt_asks_for_several_faults_with_options():
    prompt = 'x [fault:delay seconds=2] y [fault:result_url to="http://[::1]/a b"] [fault:sketch]'

    plan = Switchboard(table=TABLE).plan({"prompt": prompt})

    assert plan.names() == ["delay", "result_url", "sketch"]
    assert plan.options("result_url") == {"to": "http://[::1]/a b"}
    assert [fault.name for fault, _ in plan.of(Switch)] == plan.names()
    assert plan.of(Refusal) == []


@pytest.mark.parametrize(
    "name", ["sleepy", "reset_at_accept", "reset_before_body", "logs_unavailable"]
)
def test_a_prompt_cannot_ask_for_what_is_not_about_its_call(name):
    with pytest.raises(UnknownFaultError):
        Switchboard(table=TABLE).plan({"prompt": f"[fault:{name}]"})


def test_failures_of_the_provider_are_counted_by_its_calls():
    board = Switchboard(table=TABLE)
    facts = {"prompt": "[fault:provider_down times=2]", "generation_id": "g"}

    assert board.plan(facts).names() == []
    assert [len(board.failing(facts).actives) for _ in range(3)] == [1, 1, 0]


def test_a_call_is_billed_unless_one_of_its_faults_says_otherwise():
    board = Switchboard(table=TABLE)

    assert board.plan({"prompt": "[fault:reset_after_body]"}).charged() is True
    assert board.plan({"prompt": "[fault:reset_after_body charged=false]"}).charged() is False


def test_a_list_with_a_wrong_rule_switches_nothing():
    board = Switchboard(table=TABLE)

    with pytest.raises(UnknownFaultError):
        board.switch_on_all([{"mode": "html"}, {"mode": "sleepy"}])

    assert board.shown() == []

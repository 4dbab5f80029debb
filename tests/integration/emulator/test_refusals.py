"""Refusals and failures: the status and shape of each, and whether it was billed."""

import pytest

from tests.integration.emulator.conftest import Caller

CASES = [
    # fault, status, code in the body (None: no JSON), charged
    pytest.param("unauthorized", 401, 10000, False, id="G13 unauthorized"),
    pytest.param("forbidden", 403, 9109, False, id="G13 forbidden"),
    pytest.param("no_credits", 402, 2021, False, id="G14 no credits"),
    pytest.param("credentials_required", 400, 2049, False, id="G14 credentials"),
    pytest.param("spend_limit", 429, 2045, False, id="G14 spend limit"),
    pytest.param("model_missing", 404, 7003, False, id="G15 model"),
    pytest.param("request_timeout", 408, None, False, id="G16 408"),
    pytest.param("gateway_timeout", 504, None, True, id="G16 504"),
    pytest.param("edge_timeout", 524, None, True, id="G16 524"),
    pytest.param("too_large", 413, None, False, id="G17 too large"),
    pytest.param("too_large_early", 413, None, False, id="G17 too large early"),
    pytest.param("rate_limited", 429, 2003, False, id="G18 rate limited"),
    pytest.param("provider_rate_limited", 429, 2005, False, id="G18 provider"),
    pytest.param("provider_down", 500, 2005, False, id="G19 500 before charging"),
    pytest.param("failed_after_charge", 500, 2005, True, id="G19 500 after charging"),
    pytest.param("bad_gateway", 502, None, False, id="G19 502"),
    pytest.param("unavailable", 503, 2005, False, id="G20 503"),
    pytest.param("guardrails_unavailable", 503, 7013, False, id="G20 guardrails"),
    pytest.param("guardrails_prompt", 422, 2017, False, id="guardrails prompt"),
    pytest.param("guardrails_response", 422, 2017, True, id="guardrails response"),
    pytest.param("bad_request", 400, 7003, False, id="bad request"),
    pytest.param("refused_input", 400, 7003, False, id="G33 input"),
    pytest.param("refused_output", 400, 7003, False, id="G33 output"),
    pytest.param("hostile_refusal", 400, 7003, False, id="G36 refusal"),
    pytest.param("hostile_failure", 500, 2005, True, id="G36 failure"),
]


@pytest.mark.parametrize(("fault", "status", "code", "charged"), CASES)
def test_a_refusal_has_its_status_code_and_charge(
    caller: Caller, attempt_id, *, fault, status, code, charged
):
    caller.emulator.set_fault(fault, match={"attempt_id": attempt_id})

    answer = caller.run(metadata={"attempt_id": attempt_id})

    assert answer.status_code == status
    assert code_in(answer) == code
    row = caller.row(attempt_id)
    assert (row["charged"], row["outcome"]) == (charged, fault)
    assert (row["cost_microdollars"] > 0) is charged


@pytest.mark.parametrize("retry_after", ["7", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1000000000"])
def test_g18_retry_after_is_sent_as_it_was_switched(caller: Caller, retry_after):
    caller.emulator.set_fault("rate_limited", retry_after=retry_after)

    assert caller.run().headers["retry-after"] == retry_after


def test_g18_without_retry_after_by_default(caller: Caller):
    caller.emulator.set_fault("rate_limited")

    assert "retry-after" not in caller.run().headers


def test_a_fault_meets_as_many_calls_as_it_says(caller: Caller):
    caller.emulator.set_fault("rate_limited", times=2)

    assert [caller.run(quality="low").status_code for _ in range(3)] == [429, 429, 200]


def test_a_directive_in_the_prompt_counts_the_calls_of_one_generation(caller: Caller):
    prompt = "A heron [fault:rate_limited times=1 retry_after=7]"

    statuses = [
        caller.run(prompt, metadata={"generation_id": generation}, quality="low").status_code
        for generation in ("one", "one", "two")
    ]

    assert statuses == [429, 200, 429]


def test_an_unknown_fault_in_a_prompt_is_said(caller: Caller):
    answer = caller.run("A heron [fault:sleepy]")

    assert answer.status_code == 400
    assert "There is no fault 'sleepy'" in answer.json()["message"]


def test_what_a_refusal_says_can_be_set(caller: Caller):
    caller.emulator.set_fault("guardrails_prompt", status=424, code=2016, message="No")

    answer = caller.run()

    assert (answer.status_code, code_in(answer)) == (424, 2016)
    assert answer.json()["message"] == "No"


def test_g33_a_moderation_refusal_has_the_providers_words(caller: Caller):
    caller.emulator.set_fault("refused_input")

    message = caller.run().json()["message"]

    assert "Your request was rejected by the safety system" in message
    assert "moderation_blocked" in message
    assert "moderation_stage: input" in message


def test_g36_an_error_text_echoes_the_token(caller: Caller):
    caller.emulator.set_fault("hostile_refusal")

    message = caller.run().json()["message"]

    assert "<script>" in message
    assert "\x1b[31m" in message
    assert caller.emulator.token in message


@pytest.mark.parametrize(
    ("shape", "keys"),
    [
        ("v4", {"result", "success", "errors", "messages"}),
        ("plain", {"name", "httpCode", "internalCode", "message", "description", "requestId"}),
        ("run", {"state", "error"}),
    ],
)
def test_g26_errors_come_in_other_shapes_too(caller: Caller, shape, keys):
    caller.emulator.set_fault("errors_as", shape=shape)

    assert caller.post({"model": "nobody/knows", "input": {}}).json().keys() == keys


def test_the_gateway_tries_again_only_where_it_was_asked_to(caller: Caller, attempt_id):
    caller.emulator.set_fault("failed_after_charge", times=2)

    answer = caller.run(
        metadata={"attempt_id": attempt_id},
        headers={"cf-aig-max-attempts": "3", "cf-aig-retry-delay": "10"},
    )

    assert answer.status_code == 200
    row = caller.row(attempt_id)
    assert row["provider_calls"] == 3
    assert row["cost_microdollars"] == 3 * (2 * 5 + 1756 * 30)


def test_the_gateways_own_retry_setting_counts_without_the_header(caller: Caller, attempt_id):
    address = f"{caller.emulator.base_url}/accounts/{caller.emulator.account_id}"
    headers = {"authorization": f"Bearer {caller.emulator.token}"}
    caller.client.put(
        f"{address}/ai-gateway/gateways/trying",
        json={"retry_max_attempts": 2, "retry_delay": 10},
        headers=headers,
    ).raise_for_status()
    caller.emulator.set_fault("provider_down", times=1)

    answer = caller.run(
        metadata={"attempt_id": attempt_id}, headers={"cf-aig-gateway-id": "trying"}
    )

    assert answer.status_code == 200
    assert caller.row(attempt_id)["provider_calls"] == 2


def test_a_refusal_of_the_provider_is_not_tried_again(caller: Caller):
    caller.emulator.set_fault("refused_input", times=1)

    assert caller.run(headers={"cf-aig-max-attempts": "5"}).status_code == 400


def test_the_limit_of_unified_billing_counts_calls(caller: Caller):
    caller.emulator.set_fault("unified_limit", requests=2, seconds=60)

    assert [caller.run(quality="low").status_code for _ in range(3)] == [200, 200, 429]


def code_in(answer):
    if "json" not in answer.headers["content-type"]:
        return None
    body = answer.json()
    return (body.get("error") or body["errors"])[0]["code"]

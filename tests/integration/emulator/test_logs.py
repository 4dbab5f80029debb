"""The logs API: what an entry says, when it is there, and how it is found."""

import json

import httpx
import pytest

from tests.integration.emulator.conftest import Caller, encoded, image_of, painted
from tests.integration.emulator_process import start_emulator

LOGS = "ai-gateway/gateways/default/logs"


def log_id(answer):
    return answer.headers["cf-aig-log-id"]


def wanted(**filters):
    return json.dumps(
        [
            {"key": key.replace("__", "."), "operator": "eq", "value": [value]}
            for key, value in filters.items()
        ]
    )


def test_an_entry_says_what_the_call_cost(caller: Caller, attempt_id):
    answer = caller.run("A heron", quality="high", metadata={"attempt_id": attempt_id})

    entry = caller.get(f"{LOGS}/{log_id(answer)}").json()["result"]

    assert entry["id"] == log_id(answer)
    assert (entry["provider"], entry["model"]) == ("openai", "openai/gpt-image-2")
    assert (entry["success"], entry["status_code"], entry["cached"]) == (True, 200, False)
    assert (entry["tokens_in"], entry["tokens_out"]) == (2, 7024)
    assert entry["cost"] == (2 * 5 + 7024 * 30) / 1_000_000
    assert entry["metadata"] == {"attempt_id": attempt_id}


def test_an_entry_is_found_by_metadata_the_two_filters_unpaired(caller: Caller, attempt_id):
    answer = caller.run(quality="low", metadata={"attempt_id": attempt_id, "other": "x"})

    filters = wanted(metadata__key="other", metadata__value=attempt_id)
    found = caller.get(LOGS, filters=filters).json()

    assert [entry["id"] for entry in found["result"]] == [log_id(answer)]
    assert found["result_info"]["total_count"] == 1


def test_the_list_is_paged_newest_first(caller: Caller, attempt_id):
    ids = [log_id(caller.run("x", metadata={"a": attempt_id}, quality="low")) for _ in range(3)]
    filters = wanted(metadata__value=attempt_id)

    pages = [
        caller.get(LOGS, filters=filters, per_page="2", page=page).json() for page in ("1", "2")
    ]

    assert [entry["id"] for page in pages for entry in page["result"]] == ids[::-1]
    assert caller.get(LOGS, per_page="51").json()["errors"][0]["code"] == 7001


@pytest.mark.parametrize("filters", ["{", "{}", '[{"key":"nobody","operator":"eq","value":[1]}]'])
def test_a_filter_that_is_not_known_is_refused(caller: Caller, filters):
    answer = caller.get(LOGS, filters=filters)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, 7001)


def test_numbers_are_compared_as_numbers(caller: Caller, attempt_id):
    caller.run("x", metadata={"a": attempt_id}, quality="low")
    filters = [
        {"key": "metadata.value", "operator": "eq", "value": [attempt_id]},
        {"key": "tokens_out", "operator": "gt", "value": [1000]},
    ]

    assert caller.get(LOGS, filters=json.dumps(filters)).json()["result"] == []


def test_request_and_response_are_kept(caller: Caller):
    answer = caller.run("A heron", quality="low")

    request = caller.get(f"{LOGS}/{log_id(answer)}/request").json()
    response = caller.get(f"{LOGS}/{log_id(answer)}/response")

    assert request["input"]["prompt"] == "A heron"
    assert response.content == answer.content


def test_an_answer_that_got_lost_is_in_the_log(caller: Caller, attempt_id):
    caller.emulator.set_fault("reset_after_body")
    with pytest.raises(httpx.ReadError):
        caller.run(quality="low", metadata={"attempt_id": attempt_id})

    (entry,) = caller.get(LOGS, filters=wanted(metadata__value=attempt_id)).json()["result"]
    kept = caller.get(f"{LOGS}/{entry['id']}/response")

    assert (entry["success"], entry["cost"] > 0) == (True, True)
    assert caller.client.get(image_of(kept)).status_code == 200


def test_a_refusal_is_logged(caller: Caller, attempt_id):
    caller.emulator.set_fault("no_credits")
    caller.run(metadata={"attempt_id": attempt_id})

    (entry,) = caller.get(LOGS, filters=wanted(metadata__value=attempt_id)).json()["result"]

    assert (entry["success"], entry["status_code"], entry["cost"]) == (False, 402, 0)


def test_a_call_can_ask_not_to_be_logged(caller: Caller, attempt_id):
    headers = {"cf-aig-collect-log": "false"}
    answer = caller.run(quality="low", headers=headers, metadata={"attempt_id": attempt_id})

    assert "cf-aig-log-id" not in answer.headers
    assert caller.get(LOGS, filters=wanted(metadata__value=attempt_id)).json()["result"] == []


def test_a_call_can_ask_that_its_contents_are_not_kept(caller: Caller):
    answer = caller.run(quality="low", headers={"cf-aig-collect-log-payload": "false"})

    assert caller.get(f"{LOGS}/{log_id(answer)}").status_code == 200
    assert caller.get(f"{LOGS}/{log_id(answer)}/request").status_code == 404
    assert caller.get(f"{LOGS}/{log_id(answer)}/response").status_code == 404


def test_a_call_above_ten_megabytes_leaves_no_entry(caller: Caller):
    large = encoded(painted("red") + b"\0" * 7_600_000)

    answer = caller.run(images=[large], quality="low")

    assert answer.status_code == 200
    assert caller.get(f"{LOGS}/{log_id(answer)}").status_code == 404


def test_an_entry_takes_a_moment_to_be_there(tmp_path):
    emulator = start_emulator(tmp_path, log_delay=0.3)
    try:
        with httpx.Client(trust_env=False, verify=False) as client:
            caller = Caller(emulator=emulator, client=client)
            address = f"{LOGS}/{log_id(caller.run(quality='low'))}"
            statuses = [caller.get(address).status_code]
            while statuses[-1] == 404 and len(statuses) < 10_000:
                statuses.append(caller.get(address).status_code)
    finally:
        emulator.stop()

    assert (statuses[0], statuses[-1]) == (404, 200)


def test_feedback_is_kept_with_an_entry(caller: Caller):
    address = f"{LOGS}/{log_id(caller.run(quality='low'))}"
    root = f"{caller.emulator.base_url}/accounts/{caller.emulator.account_id}"
    headers = {"authorization": f"Bearer {caller.emulator.token}"}

    answer = caller.client.patch(f"{root}/{address}", json={"feedback": 1}, headers=headers)

    assert answer.status_code == 200
    assert caller.get(address).json()["result"]["feedback"] == 1


def test_the_logs_can_be_away(caller: Caller):
    caller.emulator.set_fault("logs_unavailable", status=403)

    assert caller.get(LOGS).status_code == 403


def test_metadata_can_be_a_text(caller: Caller):
    caller.emulator.set_fault("logs_metadata_text")
    answer = caller.run(quality="low", metadata={"a": 1})

    entry = caller.get(f"{LOGS}/{log_id(answer)}").json()["result"]

    assert json.loads(entry["metadata"]) == {"a": 1}


def test_one_call_can_be_missing_from_the_log(caller: Caller):
    answer = caller.run("A heron [fault:log_missing]", quality="low")

    assert caller.get(f"{LOGS}/{log_id(answer)}").status_code == 404


def test_the_logs_need_the_token(caller: Caller):
    address = f"{caller.emulator.base_url}/accounts/{caller.emulator.account_id}/{LOGS}"

    assert caller.client.get(address).json()["errors"][0]["code"] == 10000


def test_the_accounts_other_addresses_answer(caller: Caller):
    before = caller.get("ai-gateway/billing/credit-balance").json()["result"]["balance"]
    caller.run(quality="low")
    after = caller.get("ai-gateway/billing/credit-balance").json()["result"]["balance"]

    assert after < before
    assert caller.get("ai-gateway/gateways/default").json()["result"]["retry_max_attempts"] is None
    models = caller.get("ai/models/search", search="gpt-image").json()["result"]
    assert {model["name"] for model in models} == {"openai/gpt-image-2", "openai/gpt-image-1.5"}
    schema = caller.get("ai/models/schema", model="openai/gpt-image-2").json()["result"]
    assert schema["input"]["properties"]["images"]["maxItems"] == 16

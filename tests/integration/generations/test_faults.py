"""What can go wrong at the gateway, and where each case leaves the generation and its money.

The ids are those of the list of bad gateway responses that the design is tested against. Every
row also asserts that no attempt was called twice, that money is never given back for a call that
was charged, and that the books balance.
"""

import pytest

from generations.models import Attempt, State
from generations.services import deeds
from imagestudio.library import storage
from imagestudio.library.models import Image
from imagestudio.money.models import Hold
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of

FAILED, REFUSED, UNKNOWN, COMPLETED = (
    State.FAILED,
    State.REFUSED,
    State.UNKNOWN,
    State.COMPLETED,
)
LOOPBACK = "http://127.0.0.1:9/secret.png"

# id, fault, its options, the state of the generation, the code of its failure
CASES = [
    ("G5", "reset_after_body", {}, UNKNOWN, "unknown_outcome"),
    ("G6", "never_answers", {}, UNKNOWN, "unknown_outcome"),
    ("G7", "silence_after_head", {}, UNKNOWN, "unknown_outcome"),
    ("G8", "slow_body", {}, UNKNOWN, None),
    ("G9", "truncated", {}, UNKNOWN, "unknown_outcome"),
    ("G10", "endless_body", {}, UNKNOWN, None),
    ("G13-401", "unauthorized", {}, FAILED, "credentials"),
    ("G13-403", "forbidden", {}, FAILED, "credentials"),
    ("G14", "no_credits", {}, FAILED, "provider_budget"),
    ("G14-limit", "spend_limit", {}, FAILED, "spend_limit"),
    ("G15", "model_missing", {}, FAILED, "model_not_found"),
    ("G16-408", "request_timeout", {}, UNKNOWN, "unknown_outcome"),
    ("G16-504", "gateway_timeout", {}, UNKNOWN, "unknown_outcome"),
    ("G16-524", "edge_timeout", {}, UNKNOWN, "unknown_outcome"),
    ("G17", "too_large", {}, FAILED, "too_large"),
    ("G19-500", "failed_after_charge", {}, UNKNOWN, "unknown_outcome"),
    ("G19-502", "bad_gateway", {}, UNKNOWN, "unknown_outcome"),
    ("G20", "unavailable", {}, UNKNOWN, "unknown_outcome"),
    ("G21", "html", {}, UNKNOWN, "bad_answer"),
    ("G22", "no_content", {}, UNKNOWN, None),
    ("G23", "redirect", {}, UNKNOWN, None),
    ("G24-text", "not_json", {}, UNKNOWN, "bad_answer"),
    ("G24-cut", "json_cut", {}, UNKNOWN, "bad_answer"),
    ("G24-twice", "json_twice", {}, UNKNOWN, "bad_answer"),
    ("G24-nested", "json_nested", {}, UNKNOWN, "bad_answer"),
    ("G25", "json_array", {}, UNKNOWN, "bad_answer"),
    ("G26", "success_false", {}, UNKNOWN, None),
    ("G27", "state", {"state": "Failed"}, UNKNOWN, None),
    ("G28-result", "no_result", {}, UNKNOWN, "bad_answer"),
    ("G28-image", "no_image", {}, UNKNOWN, "bad_answer"),
    ("G33-input", "refused_input", {}, REFUSED, "refused"),
    ("G33-output", "refused_output", {}, REFUSED, "refused"),
    ("G33-guardrails", "guardrails_response", {}, REFUSED, "refused"),
    ("G34", "usage", {}, COMPLETED, None),
    ("G35-junk", "image_junk", {}, UNKNOWN, "bad_answer"),
    ("G35-svg", "image_svg", {}, UNKNOWN, "bad_picture"),
    ("G35-bomb", "image_bomb", {"side": 7000}, UNKNOWN, "bad_picture"),
    ("G35-text", "image_text", {}, UNKNOWN, "bad_picture"),
    ("G35-half", "image_truncated", {}, UNKNOWN, "bad_picture"),
    ("G35a-size", "other_size", {}, COMPLETED, None),
    ("G35a-format", "other_format", {}, COMPLETED, None),
    ("G37", "result_url", {"url": LOOPBACK}, UNKNOWN, "result_lost"),
    ("G38", "result_url", {"url": "https://169.254.169.254/x.png"}, UNKNOWN, "result_lost"),
    ("G41", "result_redirect", {}, UNKNOWN, "result_lost"),
    ("G42", "result_url", {"url": "file:///etc/passwd"}, UNKNOWN, "result_lost"),
    ("G43-page", "result_html", {}, UNKNOWN, "bad_picture"),
    ("G43-huge", "result_endless", {}, UNKNOWN, "result_lost"),
    ("G43-slow", "result_slow", {}, UNKNOWN, "result_lost"),
    ("G43-404", "result_missing", {}, UNKNOWN, "result_lost"),
    ("G43-expired", "result_expired", {}, UNKNOWN, "result_lost"),
    ("inline", "image_inline", {}, COMPLETED, None),
    ("bare", "answer_bare", {}, COMPLETED, None),
    ("bad request", "bad_request", {}, FAILED, "invalid_request"),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_each_fault_leads_where_the_table_says(alice, emulator, case):
    _, fault, options, state, code = case
    alice.set_fault(fault, **options)

    generation = alice.made(quality="low", size="1024x1024")

    (attempt,) = attempts_of(generation)
    assert generation.state == state, attempt.error
    if code is not None:
        assert attempt.error["code"] == code
        assert attempt.error["billed"] == ("no" if state == FAILED else "maybe")
    calls = calls_of(emulator, generation)
    assert len(calls) <= 1
    if any(call.get("charged") for call in calls):
        assert attempt.hold.state != Hold.State.RELEASED
    assert (generation.image is not None) == (state == COMPLETED)
    assert_books_balance(generation.account_id)


@pytest.mark.parametrize("wait", ["7", "-1", "1000000000", "Wed, 21 Oct 2015 07:28:00 GMT", None])
def test_g18_too_many_requests_are_sent_again_at_most_twice(alice, emulator, wait):
    emulator.set_fault("rate_limited", **({"retry_after": wait} if wait else {}))
    generation = alice.ask()

    for _ in range(4):
        alice.work(generation)

    assert generation.state == State.FAILED
    attempts = attempts_of(generation)
    assert [attempt.state for attempt in attempts] == [Attempt.State.FAILED] * 3
    assert {attempt.hold.state for attempt in attempts} == {Hold.State.RELEASED}
    assert len({call["attempt_id"] for call in calls_of(emulator, generation)}) == 3
    assert_books_balance(generation.account_id)


def test_g4_a_connection_that_is_reset_before_the_request_is_sent_again(alice, emulator):
    emulator.set_fault("reset_at_accept", times=1)
    generation = alice.ask()

    alice.work(generation)
    assert generation.state == State.QUEUED
    assert generation.admitted_at is not None  # it keeps its slot
    alice.work(generation)

    assert generation.state == State.COMPLETED
    first, second = attempts_of(generation)
    assert (first.state, second.state) == (Attempt.State.FAILED, Attempt.State.SUCCEEDED)


def test_g30_every_picture_that_came_is_kept(alice, emulator):
    emulator.set_fault("several_images")

    generation = alice.made()

    (attempt,) = attempts_of(generation)
    kept = [one.image for one in attempt.images.order_by("position")]
    assert len(kept) > 1
    assert generation.image == kept[0]
    assert Image.objects.owned_by(generation.account).count() == len(kept)


def test_g35_an_unreadable_answer_is_kept_for_a_person_to_look_at(alice, emulator):
    emulator.set_fault("not_json")

    (attempt,) = attempts_of(alice.made())

    assert storage.read(f"attempts/{attempt.pk}/answer")


def test_g35a_another_size_than_asked_is_shown_as_it_came(alice, emulator):
    emulator.set_fault("other_size")

    image = alice.made(size="1024x1024").image

    assert image.size == "1024x1024"
    assert (image.width, image.height) != (1024, 1024)


@pytest.mark.parametrize("fault", ["hostile_refusal", "hostile_failure"])
def test_g36_the_studios_secret_never_reaches_a_row(alice, emulator, fault):
    emulator.set_fault(fault)

    (attempt,) = attempts_of(alice.made())

    assert emulator.token not in str(attempt.error)
    assert "\x1b" not in str(attempt.error)


def test_a_failure_keeps_the_name_that_the_gateways_log_has_for_it(alice, emulator):
    emulator.set_fault("bad_request", times=1)
    (attempt,) = attempts_of(alice.made())
    assert attempt.gateway_log_id != ""


def test_a_first_answer_from_the_cache_is_somebody_elses_picture(alice, emulator):
    emulator.set_fault("cache_hit", times=1)

    generation = alice.made()

    assert (generation.state, generation.image) == (State.FAILED, None)
    assert generation.skips_cache
    (attempt,) = attempts_of(generation)
    assert attempt.error["code"] == "foreign_picture"
    assert attempt.answer is None  # the address of that picture is nobody's to see
    assert attempt.hold.state == Hold.State.RELEASED


def test_the_result_of_a_call_that_broke_off_comes_from_the_cache_for_nothing(alice, emulator):
    emulator.set_fault("reset_mid_answer", times=1)
    generation = alice.made()
    assert generation.state == State.UNKNOWN
    emulator.clear_faults()

    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    alice.work(generation)

    assert generation.state == State.COMPLETED
    _, second = attempts_of(generation)
    assert second.cost == 0

"""What the gateway's log says settles what the call itself left open: picture, cost, or nothing."""

import pytest
from django.db.models import F
from django.db.models.functions import Now

from generations.models import Attempt, State
from generations.services import attempts, deeds, looks, outcomes
from imagestudio.money.models import Hold, LedgerEntry
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of

HOUR = looks.LOG_DELAY * 4


def booked(generation) -> int:
    """What was booked for a generation in all, by the ledger."""
    spent = LedgerEntry.objects.filter(
        hold__attempt_id__in=generation.attempts.values("pk"),
        kind__in=["settle", "adjust", "write_off"],
    )
    return sum(entry.amount for entry in spent)


def charged(emulator, generation) -> int:
    return sum(call["cost_microdollars"] for call in calls_of(emulator, generation))


def pass_time(generation) -> None:
    """Let so much time pass since the call that the log's silence proves something."""
    generation.attempts.update(
        sent_at=F("sent_at") - HOUR, deadline_at=F("deadline_at") - HOUR, looks=1
    )


def never_sent(maker):
    """Return a generation whose worker was killed between `sent` and the connection."""
    generation = maker.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    outcomes.lose(claim=claim, error={"code": "worker_lost"})
    generation.refresh_from_db()
    return generation


@pytest.mark.parametrize(
    "fault", ["reset_after_body", "truncated", "never_answers", "silence_after_head"]
)
def test_a_lost_answer_is_read_from_the_log_and_its_picture_comes_home(alice, emulator, fault):
    alice.set_fault(fault, times=1)
    generation = alice.made()
    assert generation.state == State.UNKNOWN

    assert alice.look_up(generation) == "back again"

    assert generation.state == State.COMPLETED
    (attempt,) = attempts_of(generation)
    assert attempt.logged_cost == booked(generation) == charged(emulator, generation) > 0
    assert attempt.look_at is None
    assert len(calls_of(emulator, generation)) == 1
    assert_books_balance(generation.account_id)


def test_the_cost_of_a_picture_is_corrected_to_the_micro_dollar(alice, emulator):
    generation = alice.made(quality="auto", size="auto")
    estimated = booked(generation)

    alice.look_up(generation)

    (attempt,) = attempts_of(generation)
    assert booked(generation) == attempt.cost == charged(emulator, generation) != estimated
    last = attempt.hold.entries.latest("id")
    assert (last.kind, last.basis) == ("adjust", "gateway_log")
    assert attempt.look_at is None
    assert_books_balance(generation.account_id)


def test_a_cost_is_booked_once_however_often_the_log_is_asked(alice, emulator):
    generation = alice.made()

    alice.look_up(generation)
    alice.look_up(generation)

    assert booked(generation) == charged(emulator, generation)
    assert_books_balance(generation.account_id)


def test_a_charge_without_a_picture_stays_open_and_is_given_up_at_its_real_cost(alice, emulator):
    emulator.set_fault("failed_after_charge", times=1)
    generation = alice.made()

    alice.look_up(generation)

    assert generation.state == State.UNKNOWN
    (attempt,) = attempts_of(generation)
    assert attempt.logged_cost == charged(emulator, generation) > 0
    assert attempt.hold.state == Hold.State.HELD

    deeds.dismiss(membership=alice.membership, generation_id=generation.pk)
    assert booked(generation) == charged(emulator, generation)
    assert attempt.hold.entries.get(kind="write_off").basis == "gateway_log"
    assert_books_balance(generation.account_id)


def test_a_failure_that_the_log_knows_as_free_gives_the_money_back(alice, emulator):
    emulator.set_fault("bad_gateway", times=1)
    generation = alice.made()
    assert generation.state == State.UNKNOWN

    assert alice.look_up(generation) == "nothing was billed"

    assert generation.state == State.FAILED
    (attempt,) = attempts_of(generation)
    assert attempt.state == Attempt.State.NOT_BILLED
    assert attempt.hold.state == Hold.State.RELEASED
    assert charged(emulator, generation) == 0
    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    alice.work(generation)
    assert generation.state == State.COMPLETED
    assert_books_balance(generation.account_id)


def test_k5_silence_of_the_log_proves_something_only_after_its_delay(alice, emulator):
    generation = never_sent(alice)

    assert alice.look_up(generation) == "the log has no entry yet"
    assert generation.state == State.UNKNOWN

    pass_time(generation)
    assert alice.look_up(generation) == "nothing was billed: the log has no entry"
    assert generation.state == State.FAILED
    (attempt,) = attempts_of(generation)
    assert attempt.state == Attempt.State.NOT_BILLED
    assert attempt.hold.state == Hold.State.RELEASED
    assert_books_balance(generation.account_id)


def test_an_entry_that_comes_a_day_late_still_brings_the_picture(alice, emulator):
    emulator.set_fault("logs_late", seconds=3600)
    emulator.set_fault("reset_after_body", times=1)
    generation = alice.made()
    pass_time(generation)
    alice.look_up(generation)
    (attempt,) = attempts_of(generation)
    assert attempt.state == Attempt.State.NOT_BILLED
    assert attempt.look_at == attempt.sent_at + looks.LAST_LOOK

    emulator.clear_faults()
    assert alice.look_up(generation) == "back again"

    assert generation.state == State.COMPLETED
    assert booked(generation) == charged(emulator, generation)
    assert_books_balance(generation.account_id)


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_log_that_cannot_be_read_proves_nothing(alice, emulator, status):
    emulator.set_fault("logs_unavailable", status=status)
    emulator.set_fault("reset_after_body", times=1)
    generation = alice.made()
    pass_time(generation)

    alice.look_up(generation)

    assert generation.state == State.UNKNOWN
    assert attempts_of(generation)[0].hold.state == Hold.State.HELD


def test_a_gateway_that_keeps_no_log_proves_nothing_by_silence(alice, emulator):
    generation = never_sent(alice)
    pass_time(generation)
    settings = f"/client/v4/accounts/{emulator.account_id}/ai-gateway/gateways/default"
    headers = {"Authorization": f"Bearer {emulator.token}"}
    emulator.control.put(settings, json={"collect_logs": False}, headers=headers)
    try:
        assert "keeps no log" in alice.look_up(generation)
    finally:
        emulator.control.put(settings, json={"collect_logs": True}, headers=headers)

    assert generation.state == State.UNKNOWN


def test_a_log_in_which_pictures_are_missing_too_proves_nothing_by_silence(alice, emulator):
    emulator.set_fault("log_missing")
    made = alice.made()
    pass_time(made)
    alice.look_up(made)
    made.attempts.update(look_at=Now())
    generation = never_sent(alice)
    pass_time(generation)

    assert alice.look_up(generation) == "the log has no entry yet"
    assert generation.state == State.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "is_charged"), [("refused_input", False), ("guardrails_response", True)]
)
def test_a_refusal_is_booked_as_the_log_says(alice, emulator, fault, is_charged):
    emulator.set_fault(fault, times=1)
    generation = alice.made()
    (attempt,) = attempts_of(generation)
    assert (generation.state, attempt.hold.state) == (State.REFUSED, Hold.State.HELD)

    alice.look_up(generation)

    (attempt,) = attempts_of(generation)
    assert booked(generation) == charged(emulator, generation)
    assert (charged(emulator, generation) > 0) is is_charged
    assert attempt.hold.state == (Hold.State.SETTLED if is_charged else Hold.State.RELEASED)
    assert not Attempt.objects.unverified().exists()
    assert_books_balance(generation.account_id)


def test_a_dismissed_call_that_was_free_is_given_back(alice, emulator):
    emulator.set_fault("bad_gateway", times=1)
    generation = alice.made()
    deeds.dismiss(membership=alice.membership, generation_id=generation.pk)
    assert booked(generation) > 0

    alice.look_up(generation)

    assert booked(generation) == charged(emulator, generation) == 0
    assert_books_balance(generation.account_id)


def test_somebody_elses_picture_is_not_taken_from_the_log_either(alice, emulator):
    emulator.set_fault("cache_hit", times=1)
    emulator.set_fault("reset_after_body", times=1)
    generation = alice.made()
    assert generation.state == State.UNKNOWN

    alice.look_up(generation)

    assert (generation.state, generation.image) == (State.FAILED, None)
    assert generation.skips_cache
    assert_books_balance(generation.account_id)


def test_many_doubts_do_not_keep_costs_from_being_asked_for(alice, rows, monkeypatch):
    monkeypatch.setattr(looks, "MOST_AT_ONCE", 3)
    made = alice.made()
    doubts = [never_sent(alice) for _ in range(4)]
    Attempt.objects.update(look_at=Now())

    assert looks.look() == 3

    looked = Attempt.objects.filter(looks=1).values_list("generation", flat=True)
    assert made.pk in looked
    assert len({one.pk for one in doubts} & set(looked)) == 2

"""Cancel, retry, run again and dismiss: what each state allows, and where the money goes."""

import pytest

from generations.exceptions import NoSuchGeneration, StateForbids
from generations.models import Attempt, Generation, State
from generations.services import attempts, deeds, outcomes
from imagestudio.money.models import Hold
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of


def deed(name, maker, generation):
    result = getattr(deeds, name)(membership=maker.membership, generation_id=generation.pk)
    generation.refresh_from_db()
    return result


def test_cancelling_what_waits_gives_its_money_back(alice, emulator):
    generation = alice.ask()

    deed("cancel", alice, generation)
    alice.work(generation)

    assert generation.state == State.CANCELLED
    (attempt,) = attempts_of(generation)
    assert attempt.state == Attempt.State.RELEASED
    assert attempt.hold.state == Hold.State.RELEASED
    assert calls_of(emulator, generation) == []
    assert_books_balance(generation.account_id)


def test_cancelling_between_claim_and_sent_keeps_the_call_from_leaving(alice):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)

    deed("cancel", alice, generation)

    assert generation.state == State.CANCELLED
    assert attempts.mark_sent(claim=claim) is False


def test_cancelling_after_sent_keeps_what_arrives(alice):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    assert attempts.mark_sent(claim=claim)

    deed("cancel", alice, generation)

    assert generation.state == State.RUNNING
    assert generation.cancel_requested_at is not None
    assert attempts_of(generation)[0].hold.state == Hold.State.HELD


def test_a_second_cancel_changes_nothing(alice):
    generation = alice.ask()
    deed("cancel", alice, generation)
    ended_at = generation.ended_at

    deed("cancel", alice, generation)

    assert (generation.state, generation.ended_at) == (State.CANCELLED, ended_at)


def test_what_has_ended_cannot_be_cancelled(alice):
    generation = alice.made()

    with pytest.raises(StateForbids):
        deed("cancel", alice, generation)


@pytest.mark.parametrize("name", ["retry", "dismiss"])
@pytest.mark.parametrize("state", [State.QUEUED, State.COMPLETED, State.CANCELLED])
def test_only_what_ended_badly_can_be_retried_or_dismissed(alice, name, state):
    generation = alice.made() if state == State.COMPLETED else alice.ask()
    if state == State.CANCELLED:
        deed("cancel", alice, generation)

    with pytest.raises(StateForbids):
        deed(name, alice, generation)
    assert Generation.objects.get(pk=generation.pk).state == state


def lost(alice):
    """A generation whose worker died in the call."""
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    outcomes.lose(claim=claim, error={"code": "worker_lost"})
    generation.refresh_from_db()
    return generation, claim


def test_running_a_lost_call_again_writes_the_old_one_off(alice):
    generation, _ = lost(alice)

    deed("retry", alice, generation)
    alice.work(generation)

    assert generation.state == State.COMPLETED
    first, second = attempts_of(generation)
    assert (first.state, first.cost) == (Attempt.State.WRITTEN_OFF, first.estimate)
    assert second.state == Attempt.State.SUCCEEDED
    assert_books_balance(generation.account_id)


def test_dismissing_a_lost_call_books_its_estimate_once(alice):
    generation, _ = lost(alice)

    deed("dismiss", alice, generation)
    dismissed_at = generation.dismissed_at
    deed("dismiss", alice, generation)

    assert (generation.state, generation.dismissed_at) == (State.UNKNOWN, dismissed_at)
    (attempt,) = attempts_of(generation)
    assert [entry.kind for entry in attempt.hold.entries.order_by("at")] == ["hold", "write_off"]
    assert_books_balance(generation.account_id)


@pytest.mark.parametrize("name", ["cancel", "retry", "dismiss"])
def test_somebody_elses_generation_is_not_found(alice, bob, name):
    generation = alice.ask()

    with pytest.raises(NoSuchGeneration):
        deed(name, bob, generation)

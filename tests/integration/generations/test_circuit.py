"""When a model's calls fail one after another, nothing new is risked on it until one succeeds."""

import pytest
from django.db.models.functions import Now

from generations.exceptions import GatewayResting
from generations.models import Alarm, Circuit, Generation, State
from generations.services import attempts, circuits, deeds, outcomes
from generations.services.admission import admit
from generations.services.outlooks import LINE
from generations.services.sweep import sweep
from generations.tiles import tiles_of
from imagestudio.library.imaging import BadOutput
from imagestudio.library.services import results
from imagestudio.money.models import Hold
from tests.integration.generations.conftest import attempts_of

OTHER = "openai/gpt-image-1.5"
LOST = {"code": "unknown_outcome", "billed": "maybe"}


def fails(maker, error=LOST) -> Generation:
    """Ask for a picture whose call ends without anybody knowing how."""
    generation = maker.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    outcomes.lose(claim=claim, error=error)
    generation.refresh_from_db()
    return generation


@pytest.fixture
def opened(alice):
    """Open the circuit by as many failures as it takes."""
    return [fails(alice) for _ in range(circuits.MOST_FAILURES)]


def let_pause_pass() -> None:
    Circuit.objects.filter(retry_at__isnull=False).update(retry_at=Now())


def test_the_fifth_failure_in_a_minute_opens_it_before_money_is_held(alice, opened):
    holds = Hold.objects.count()

    with pytest.raises(GatewayResting) as refusal:
        alice.ask()

    assert 0 < refusal.value.retry_after <= circuits.SHORTEST_PAUSE
    assert Hold.objects.count() == holds
    assert Alarm.objects.ringing().get().kind == Alarm.Kind.CIRCUIT


def test_a_lost_call_is_not_run_again_while_it_is_open(alice, opened):
    with pytest.raises(GatewayResting):
        deeds.retry(membership=alice.membership, generation_id=opened[0].pk)

    opened[0].refresh_from_db()
    assert opened[0].state == State.UNKNOWN


def test_another_model_goes_on(alice, opened):
    assert alice.made(model=OTHER).state == State.COMPLETED


@pytest.mark.parametrize("code", ["worker_lost", "result_lost", "storage"])
def test_what_says_nothing_of_the_gateway_does_not_count(alice, code):
    for _ in range(circuits.MOST_FAILURES + 1):
        fails(alice, {"code": code})

    assert not Circuit.objects.exists()


def test_refusals_do_not_count(alice):
    for _ in range(circuits.MOST_FAILURES + 1):
        claim = attempts.claim(generation_id=alice.ask().pk, worker=None)
        attempts.mark_sent(claim=claim)
        outcomes.refuse(claim=claim, error={"code": "refused"})

    assert not Circuit.objects.exists()


def test_failures_further_apart_than_a_minute_do_not_open_it(alice):
    for _ in range(circuits.MOST_FAILURES - 1):
        fails(alice)
    Circuit.objects.update(counted_since=Now() - attempts.CALL)

    fails(alice)

    assert Circuit.objects.get().failures == 1
    alice.ask()


def test_after_the_pause_one_call_tries_and_a_picture_closes_it(alice, opened):
    let_pause_pass()
    first, second = alice.ask_for(2)
    assert [one.admitted_at is not None for one in (first, second)] == [True, False]

    alice.work(first)

    assert first.state == State.COMPLETED
    assert not Circuit.objects.exists()
    assert not Alarm.objects.ringing().exists()
    second.refresh_from_db()
    assert second.admitted_at is not None


def test_when_the_trial_fails_the_pause_is_twice_as_long(alice, opened):
    let_pause_pass()
    fails(alice)

    with pytest.raises(GatewayResting) as refusal:
        alice.ask()

    assert circuits.SHORTEST_PAUSE < refusal.value.retry_after <= 2 * circuits.SHORTEST_PAUSE


def test_what_waits_when_it_opens_goes_on_waiting_and_costs_nothing(alice, settings):
    settings.GATEWAY_SLOTS = 1
    waiting = alice.ask_for(circuits.MOST_FAILURES + 1)
    for one in waiting[:-1]:
        claim = attempts.claim(generation_id=one.pk, worker=None)
        attempts.mark_sent(claim=claim)
        outcomes.lose(claim=claim, error=LOST)

    last = waiting[-1]
    last.refresh_from_db()
    assert (last.state, last.admitted_at) == (State.QUEUED, None)

    let_pause_pass()
    admit()
    alice.work(last)
    assert last.state == State.COMPLETED
    assert len(attempts_of(last)) == 1


def test_one_stray_failure_of_another_model_does_not_keep_the_alarm_ringing(alice, opened):
    circuits.note_failure(model=OTHER, code="unknown_outcome")
    let_pause_pass()

    assert alice.made().state == State.COMPLETED

    assert not Alarm.objects.ringing().exists()


def test_of_two_that_close_at_once_the_sweep_ends_the_alarm(alice, opened):
    Circuit.objects.all().delete()  # as if each had still seen the other

    sweep()

    assert not Alarm.objects.ringing().exists()


def test_a_picture_that_this_machine_cannot_decode_does_not_count(alice, monkeypatch):
    def runs_out_of_memory(**_):
        raise BadOutput("It could not be decoded.")

    monkeypatch.setattr(results, "verify", runs_out_of_memory)
    assert alice.made().state == State.UNKNOWN

    assert not Circuit.objects.exists()


def test_a_resting_model_does_not_keep_another_one_waiting(alice, settings, opened):
    settings.GATEWAY_SLOTS = 1
    Circuit.objects.all().delete()
    busy, resting, other = alice.ask(model=OTHER), *alice.ask_for(1), alice.ask(model=OTHER)
    Circuit.objects.create(model="openai/gpt-image-2", failures=5, retry_at=Now() + attempts.CALL)

    alice.work(busy)

    resting.refresh_from_db()
    other.refresh_from_db()
    assert resting.admitted_at is None
    assert other.admitted_at is not None


def test_what_waits_is_told_that_the_gateway_has_trouble(alice, settings):
    settings.GATEWAY_SLOTS = 1
    _, waiting = alice.ask_for(2)
    Circuit.objects.create(model=waiting.model, failures=5, retry_at=Now() + attempts.CALL)
    LINE.forget()

    (tile,) = tiles_of(Generation.objects.with_details().filter(pk=waiting.pk))

    assert "trouble" in tile.expected
    assert tile.place == ""

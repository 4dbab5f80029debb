"""Doubts end well or stay open, and never wrongly: what the log says is late, odd or little."""

from dataclasses import replace

import pytest
from django.db.models import F
from django.db.models.functions import Now

from generations.execution import calls, execute, reconcile
from generations.gateway import (
    Completed,
    GatewaySettings,
    LogEntry,
    LogUnavailable,
    NotSent,
    ResultBytes,
)
from generations.models import Attempt, State
from generations.services import attempts, deeds, looks, outcomes
from imagestudio.egress.errors import FetchFailed
from imagestudio.library import storage
from imagestudio.library.imaging import BadOutput
from imagestudio.library.services import results
from tests import pictures
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of
from tests.integration.generations.test_reconciliation import (
    booked,
    charged,
    never_sent,
    pass_time,
)

ENTRY = LogEntry(
    id="01JLOG",
    success=True,
    cached=False,
    status_code=200,
    cost=50_000,
    tokens_in=1,
    tokens_out=1,
    metadata={},
)
FREE = replace(ENTRY, success=False, cost=0, tokens_out=None)


class Log:
    """A log with one entry, whatever it is asked for; its stored answers come one after another."""

    def __init__(self, entry, *answers):
        self.entry, self.answers = entry, list(answers)

    async def find_by_attempt(self, attempt_id):
        return replace(self.entry, metadata={"attempt_id": attempt_id})

    async def get(self, _log_id):
        return None

    async def stored_answer(self, _log_id):
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer and Completed((ResultBytes(answer),), "Completed", None, {})

    async def gateway_settings(self):
        return GatewaySettings(collects_logs=True, tries=1)

    async def aclose(self):
        pass


class NowhereToFetch:
    """A way to results whose hosts are all away."""

    async def fetch(self, _url, **_):
        raise FetchFailed("The host is away.", host="x", transient=True)

    async def aclose(self):
        pass


def look_into(maker, generation, log) -> str:
    """Ask this log about the newest call of a generation."""
    attempt = generation.attempts.latest("number")

    async def look(upstream):
        upstream.logs = log
        return await reconcile(upstream, attempt_id=attempt.pk)

    words = maker.with_upstream(look)
    generation.refresh_from_db()
    return words


def test_silence_proves_nothing_of_a_call_that_was_answered(alice, emulator):
    emulator.set_fault("log_missing")
    generation = alice.ask()

    async def answered(upstream):
        upstream.egress = NowhereToFetch()
        await execute(upstream, generation_id=generation.pk)

    alice.with_upstream(answered)
    pass_time(generation)
    Attempt.objects.update(answer=None)  # the address is gone too; the log's id came with it

    assert "answered" in alice.look_up(generation)
    assert generation.state == State.UNKNOWN
    assert attempts_of(generation)[0].hold.state == "held"


def test_silence_proves_nothing_of_what_is_older_than_the_log_is_asked_for(alice, emulator):
    generation = never_sent(alice)
    deeds.dismiss(membership=alice.membership, generation_id=generation.pk)
    before = booked(generation)
    generation.attempts.update(
        sent_at=F("sent_at") - 60 * looks.LAST_LOOK,
        deadline_at=F("deadline_at") - 60 * looks.LAST_LOOK,
    )

    alice.look_up(generation)

    assert booked(generation) == before
    assert attempts_of(generation)[0].state == Attempt.State.WRITTEN_OFF


def test_a_witness_whose_last_look_has_passed_is_still_missing_in_the_log(alice, emulator):
    emulator.set_fault("log_missing")
    witness = alice.made()
    emulator.set_fault("reset_after_body", times=1)
    lost = alice.made()
    for one in (witness, lost):
        pass_time(one)
    witness.attempts.update(look_at=None)
    lost.attempts.update(gateway_log_id="")

    alice.look_up(lost)

    assert lost.state == State.UNKNOWN
    assert attempts_of(lost)[0].hold.state == "held"


def test_ones_own_picture_comes_from_the_cache_after_the_log_was_silent(alice, emulator):
    emulator.set_fault("log_missing")
    emulator.set_fault("reset_after_body", times=1)
    generation = alice.made()
    pass_time(generation)
    alice.look_up(generation)
    assert generation.state == State.FAILED

    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    alice.work(generation)

    assert generation.state == State.COMPLETED
    assert sum(call["cost_microdollars"] > 0 for call in calls_of(emulator, generation)) == 1
    assert_books_balance(generation.account_id)


def test_a_late_picture_ends_the_doubt_about_a_second_call_too(alice, emulator):
    emulator.set_fault("reset_after_body", times=1)
    generation = alice.made()
    first = attempts_of(generation)[0]
    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    outcomes.lose(claim=claim, error={"code": "worker_lost"})

    alice.with_upstream(lambda upstream: reconcile(upstream, attempt_id=first.pk))

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    second = attempts_of(generation)[1]
    assert (second.state, second.hold.state) == (Attempt.State.WRITTEN_OFF, "settled")
    assert_books_balance(generation.account_id)


def test_what_is_no_picture_does_not_stand_in_the_way_of_what_is_one(alice, emulator):
    generation = never_sent(alice)
    log = Log(ENTRY, b"<html>not yet</html>", pictures.png())
    look_into(alice, generation, log)
    assert generation.state == State.UNKNOWN

    assert look_into(alice, generation, log) == "back again"

    assert generation.state == State.COMPLETED
    assert storage.read(generation.image.file.key) == pictures.png()
    assert booked(generation) == ENTRY.cost


def test_stored_bytes_are_not_removed_because_they_could_not_be_read_once(
    alice, emulator, monkeypatch
):
    generation = never_sent(alice)
    claim = attempts.Claim(generation.pk, attempts_of(generation)[0].pk, 1)
    outcomes.note_answer(claim=claim, answer={"result": {"image": "x"}}, log_id="", key_source="")
    key = results.key_of(claim.attempt_id, 0)
    storage.save(key, pictures.png())

    def runs_out_of_memory(**_):
        raise BadOutput("It could not be decoded.")

    with monkeypatch.context() as patch:
        patch.setattr(results, "verify", runs_out_of_memory)
        look_into(alice, generation, Log(FREE))

    assert storage.read(key) == pictures.png()


def test_after_a_dismissal_one_failed_look_is_not_the_last(alice, emulator):
    generation = never_sent(alice)
    generation.attempts.update(look_at=Now())
    deeds.dismiss(membership=alice.membership, generation_id=generation.pk)
    log = Log(ENTRY, LogUnavailable("A hiccup."), pictures.png())
    look_into(alice, generation, log)
    assert attempts_of(generation)[0].look_at is not None

    assert look_into(alice, generation, log) == "back again"

    assert generation.state == State.COMPLETED
    assert booked(generation) == ENTRY.cost
    assert_books_balance(generation.account_id)


def test_an_entry_that_does_not_say_whether_it_succeeded_is_asked_for_its_answer(alice, emulator):
    generation = never_sent(alice)

    look_into(alice, generation, Log(replace(ENTRY, success=None), pictures.png()))

    assert generation.state == State.COMPLETED


def test_a_second_entry_of_the_same_call_is_found_a_day_later(alice, emulator):
    generation = never_sent(alice)
    look_into(alice, generation, Log(FREE))
    (attempt,) = attempts_of(generation)
    assert (generation.state, attempt.state) == (State.FAILED, Attempt.State.NOT_BILLED)
    assert attempt.look_at == attempt.sent_at + looks.LAST_LOOK

    look_into(alice, generation, Log(ENTRY, pictures.png()))

    assert generation.state == State.COMPLETED
    assert booked(generation) == ENTRY.cost
    assert_books_balance(generation.account_id)


def test_a_cost_that_is_not_in_the_log_yet_is_asked_for_again(alice, emulator):
    generation = alice.made()
    unpriced = Log(replace(ENTRY, cost=None, tokens_out=None))
    generation.attempts.update(look_at=Now(), looks=1)
    look_into(alice, generation, unpriced)
    assert attempts_of(generation)[0].look_at is not None

    look_into(alice, generation, Log(ENTRY))
    assert booked(generation) == ENTRY.cost

    other = alice.made()
    other.attempts.update(look_at=Now(), looks=3)
    look_into(alice, other, unpriced)
    assert attempts_of(other)[0].look_at is None


class Unreachable:
    """A gateway that says, late, that the call never left."""

    async def run(self, _request):
        await self.while_it_waits()
        raise NotSent("The connection was refused.")

    async def aclose(self):
        pass


@pytest.mark.parametrize("is_dismissed", [False, True])
def test_a_worker_that_was_only_slow_says_that_nothing_was_billed(alice, emulator, is_dismissed):
    generation = alice.ask()

    def is_called_lost():
        attempt = generation.attempts.get()
        claim = attempts.Claim(generation.pk, attempt.pk, attempt.epoch)
        outcomes.lose(claim=claim, error={"code": "worker_lost"})
        if is_dismissed:
            deeds.dismiss(membership=alice.membership, generation_id=generation.pk)

    async def work(upstream):
        upstream.gateway = Unreachable()
        upstream.gateway.while_it_waits = lambda: upstream.rows(is_called_lost)
        await execute(upstream, generation_id=generation.pk)

    alice.with_upstream(work)

    generation.refresh_from_db()
    (attempt,) = attempts_of(generation)
    assert (generation.state, attempt.state) == (State.FAILED, Attempt.State.NOT_BILLED)
    assert booked(generation) == charged(emulator, generation) == 0
    assert_books_balance(generation.account_id)


def test_silence_is_not_believed_while_the_gateway_does_not_tell_its_settings(alice, emulator):
    class Silent(Log):
        async def find_by_attempt(self, _attempt_id):
            return None

        async def gateway_settings(self):
            raise LogUnavailable("The gateway's log answered with HTTP 500.")

    generation = never_sent(alice)
    pass_time(generation)

    assert "500" in look_into(alice, generation, Silent(ENTRY))
    assert generation.state == State.UNKNOWN


def test_a_process_that_was_stopped_after_sent_sends_nothing_when_it_goes_on(
    alice, emulator, monkeypatch
):
    generation = alice.ask()
    monkeypatch.setattr(calls, "BEGINS_WITHIN", -1)  # it was stopped for longer than that

    alice.work(generation)

    assert calls_of(emulator, generation) == []
    first, second = attempts_of(generation)
    assert (first.state, first.error["code"]) == (Attempt.State.FAILED, "not_sent")
    assert (second.state, second.resends) == (Attempt.State.RESERVED, 1)
    assert_books_balance(generation.account_id)

"""A worker that dies: before `sent` its claim runs again, after `sent` nobody sends again."""

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.models import Attempt, Generation, State
from generations.services import attempts, outcomes
from generations.services.sweep import sweep
from imagestudio.money.models import Hold
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of

LONG_AGO = timezone.now() - timezone.timedelta(hours=1)


@pytest.fixture
def dead_worker():
    return dead_or_alive(LONG_AGO)


def dead_or_alive(heartbeat) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [heartbeat],
        )
        return cursor.fetchone()[0]


def test_a_claim_of_a_dead_worker_runs_again_with_the_same_attempt(alice, rows, dead_worker):
    generation = alice.ask()
    attempts.claim(generation_id=generation.pk, worker=dead_worker)

    assert sweep()["requeued"] == 1
    alice.work(generation)

    assert generation.state == State.COMPLETED
    (attempt,) = attempts_of(generation)
    assert attempt.epoch == 3  # claimed, fenced, claimed again
    assert_books_balance(generation.account_id)


def test_a_worker_that_comes_back_after_its_claim_was_taken_sends_nothing(alice, rows, dead_worker):
    generation = alice.ask()
    zombie = attempts.claim(generation_id=generation.pk, worker=dead_worker)
    sweep()
    attempts.claim(generation_id=generation.pk, worker=None)

    assert attempts.mark_sent(claim=zombie) is False


def test_a_call_of_a_dead_worker_is_named_unknown_and_never_sent_again(
    alice, rows, emulator, dead_worker
):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=dead_worker)
    attempts.mark_sent(claim=claim)

    assert sweep()["lost"] == 1
    sweep()
    alice.work(generation)

    assert generation.state == State.UNKNOWN
    (attempt,) = attempts_of(generation)
    assert attempt.state == Attempt.State.UNKNOWN
    assert attempt.hold.state == Hold.State.HELD
    assert calls_of(emulator, generation) == []


def test_a_living_workers_claims_and_calls_are_left_alone(alice, rows):
    worker = dead_or_alive(timezone.now())
    waiting, calling = alice.ask_for(2)
    attempts.claim(generation_id=waiting.pk, worker=worker)
    attempts.mark_sent(claim=attempts.claim(generation_id=calling.pk, worker=worker))

    assert sweep() == {
        "requeued": 0,
        "lost": 0,
        "released": 0,
        "shut_out": 0,
        "looks": 0,
        "alarms": 0,
        "overdue": 0,
        "admitted": 0,
    }


@pytest.mark.parametrize("sent", [False, True])
def test_what_a_living_worker_has_left_by_an_error_is_taken_care_of(alice, rows, sent):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=dead_or_alive(timezone.now()))
    if sent:
        attempts.mark_sent(claim=claim)
    assert not any(sweep().values())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")

    done = sweep()

    assert (done["requeued"], done["lost"]) == ((0, 1) if sent else (1, 0))


@pytest.mark.parametrize("sent", [False, True])
def test_past_its_deadline_even_a_living_worker_is_given_up(alice, rows, sent):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=dead_or_alive(timezone.now()))
    if sent:
        attempts.mark_sent(claim=claim)
    Attempt.objects.update(deadline_at=LONG_AGO)

    done = sweep()

    assert (done["requeued"], done["lost"]) == ((0, 1) if sent else (1, 0))


def test_a_refused_calls_money_comes_back_after_a_quarter_of_an_hour(alice, rows):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    outcomes.refuse(claim=claim, error={"code": "refused"})
    assert sweep()["released"] == 0

    Attempt.objects.update(sent_at=LONG_AGO)

    assert sweep()["released"] == 1
    assert sweep()["released"] == 0
    assert_books_balance(generation.account_id)


def test_a_job_for_something_that_has_ended_does_nothing(alice, rows, emulator):
    generation = alice.made()

    alice.work(generation)

    assert len(calls_of(emulator, generation)) == 1
    assert Generation.objects.get(pk=generation.pk).state == State.COMPLETED


def test_two_workers_with_the_same_job_make_one_call(alice, rows, emulator):
    generation = alice.ask()

    alice.work(generation, generation, generation)

    assert len(calls_of(emulator, generation)) == 1
    assert ProcrastinateJob.objects.filter(task_name="generations.run").count() == 1


def test_a_claim_that_kills_every_worker_is_given_up(alice, rows, dead_worker):
    generation = alice.ask()
    for _ in range(3):
        attempts.claim(generation_id=generation.pk, worker=dead_worker)
        assert sweep()["requeued"] == 1
    attempts.claim(generation_id=generation.pk, worker=dead_worker)

    sweep()

    generation.refresh_from_db()
    assert generation.state == State.FAILED
    assert attempts_of(generation)[0].hold.state == Hold.State.RELEASED
    assert_books_balance(generation.account_id)


def test_an_admitted_generation_whose_job_is_gone_gets_a_new_one(alice, rows):
    generation = alice.ask()
    assert sweep()["requeued"] == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")

    assert sweep()["requeued"] == 1
    assert sweep()["requeued"] == 0
    alice.work(generation)

    assert generation.state == State.COMPLETED


def test_that_a_call_leaves_is_on_disk_even_where_the_server_does_not_wait_for_it(alice, rows):
    claim = attempts.claim(generation_id=alice.ask().pk, worker=None)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        assert attempts.mark_sent(claim=claim)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)

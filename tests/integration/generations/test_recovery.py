"""What was answered before its worker died, or came only in part, is brought home."""

import pytest
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.execution import recover
from generations.execution.delivery import FROM_CACHE, keep
from generations.gateway import ResultBytes, ResultUrl
from generations.models import Attempt, State
from generations.services import attempts, deeds, outcomes, resends
from generations.services.looks import RECONCILE
from generations.services.sweep import sweep
from imagestudio.library import storage
from imagestudio.money.models import Hold
from tests import pictures
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of
from tests.integration.generations.test_lapses import dead_worker

__all__ = ["dead_worker"]

NOWHERE = "http://127.0.0.1:1/lost.png"  # an address from which nothing is fetched


@pytest.fixture
def answered(alice, rows, dead_worker):
    """Return how a call was answered by this object, and its worker died before it was done."""

    def answer(body):
        generation = alice.ask()
        claim = attempts.claim(generation_id=generation.pk, worker=dead_worker)
        attempts.mark_sent(claim=claim)
        outcomes.note_answer(claim=claim, answer=body, log_id="", key_source="")
        return generation, claim

    return answer


def bring_back(maker, claim) -> str:
    return maker.with_upstream(lambda upstream: recover(upstream, attempt_id=claim.attempt_id))


def test_a_call_without_its_worker_is_looked_up_soon(answered):
    _, claim = answered({"state": "Completed", "result": {"image": NOWHERE}})
    assert sweep()["lost"] == 1
    Attempt.objects.filter(pk=claim.attempt_id).update(look_at=Now())

    assert sweep()["looks"] == 1

    (job,) = ProcrastinateJob.objects.filter(task_name=RECONCILE)
    assert job.args == {"attempt_ids": [str(claim.attempt_id)]}


def test_a_call_that_was_never_answered_has_nothing_to_bring_home(alice, rows, dead_worker):
    claim = attempts.claim(generation_id=alice.ask().pk, worker=dead_worker)
    attempts.mark_sent(claim=claim)

    assert sweep()["lost"] == 1

    assert bring_back(alice, claim) == "It is not lost, or was never answered."


@pytest.mark.parametrize("key", ["image", "images", "data"])
def test_k8_the_picture_is_fetched_from_the_address_that_was_answered(
    alice, answered, emulator, key
):
    address = attempts_of(alice.made("For its address"))[0].answer["result"]["image"]
    shapes = {"image": address, "images": [address], "data": [{"url": address}]}
    generation, claim = answered({"state": "Completed", "result": {key: shapes[key]}})
    sweep()

    assert bring_back(alice, claim) == ""

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    (attempt,) = attempts_of(generation)
    assert (attempt.state, attempt.error) == (Attempt.State.SUCCEEDED, None)
    assert calls_of(emulator, generation) == []  # nothing was sent again
    assert_books_balance(generation.account_id)


def test_k9_bytes_that_were_stored_already_are_attached(alice, answered):
    generation, claim = answered({"state": "Completed", "result": {"image": "… 9000 characters"}})
    data = pictures.png(colour="lime")
    storage.save(f"attempts/{claim.attempt_id}/0", data)
    sweep()

    assert bring_back(alice, claim) == ""

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    assert storage.read(generation.image.file.key) == data
    assert bring_back(alice, claim) == "It is not lost, or was never answered."
    assert_books_balance(generation.account_id)


def test_what_cannot_be_had_stays_lost_with_its_money_held(alice, answered):
    generation, claim = answered({"state": "Completed", "result": {"image": NOWHERE}})
    sweep()

    assert bring_back(alice, claim) != ""

    generation.refresh_from_db()
    assert generation.state == State.UNKNOWN
    assert attempts_of(generation)[0].hold.state == "held"


def test_g30_of_several_pictures_those_that_can_be_had_are_kept(alice, rows):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    arrived = {
        0: ResultUrl(NOWHERE),
        1: ResultBytes(b"not a picture"),
        2: ResultBytes(pictures.png()),
    }

    loss = alice.with_upstream(lambda upstream: keep(upstream, claim, arrived, cost=None))

    assert loss is None
    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    assert [one.position for one in attempts_of(generation)[0].images.all()] == [2]
    assert_books_balance(generation.account_id)


@pytest.fixture
def run_again(alice, answered):
    """Return a lost call that was answered, and the second call of its generation, under way."""
    generation, first = answered({"state": "Completed", "result": {"image": "… 9000 characters"}})
    storage.save(f"attempts/{first.attempt_id}/0", pictures.png(colour="lime"))
    sweep()
    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    # The first was written off with the retry, and may still come home.
    second = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=second)
    assert bring_back(alice, first) == ""
    return generation, second


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda claim: resends.send_again(claim=claim, error={}, wait=None), "failed"),
        (lambda claim: outcomes.lose(claim=claim, error={}), "written_off"),
        (lambda claim: outcomes.fail(claim=claim, error={}), "failed"),
    ],
    ids=["429", "502", "400"],
)
def test_a_second_call_behind_a_late_picture_leaves_no_money_held(run_again, end, state):
    generation, second = run_again

    assert end(second)

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    assert [one.state for one in attempts_of(generation)] == ["succeeded", state]
    assert not Hold.objects.filter(state=Hold.State.HELD).exists()
    assert_books_balance(generation.account_id)


def test_bytes_that_are_no_picture_do_not_stand_in_the_way(alice, answered):
    address = attempts_of(alice.made("For its address"))[0].answer["result"]["image"]
    generation, claim = answered({"state": "Completed", "result": {"image": address}})
    storage.save(f"attempts/{claim.attempt_id}/0", b"<html>come back later</html>")
    sweep()

    assert bring_back(alice, claim) == ""

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED


def test_an_answer_from_the_cache_costs_nothing_even_when_its_picture_comes_late(alice, answered):
    body = {"state": "Completed", "result": {"image": "… 9000 characters"}, FROM_CACHE: True}
    generation, claim = answered(body)
    storage.save(f"attempts/{claim.attempt_id}/0", pictures.png())
    sweep()

    assert bring_back(alice, claim) == ""

    assert attempts_of(generation)[0].cost == 0

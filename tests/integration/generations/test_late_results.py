"""A picture that comes after its call was given up is kept: it has been paid for."""

import pytest

from generations.models import Attempt, State
from generations.services import attempts, deeds, outcomes
from generations.tiles import tiles_of
from imagestudio.library.models import Image
from imagestudio.library.services import results
from tests import pictures
from tests.integration.generations.conftest import assert_books_balance, attempts_of


@pytest.fixture
def lost(alice):
    generation = alice.ask()
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    outcomes.lose(claim=claim, error={"code": "worker_lost"})
    generation.refresh_from_db()
    return generation, claim


def arrive(claim, *, position=0, colour="red") -> bool:
    """Let the picture of a call come home."""
    data = pictures.png(colour=colour)
    key = f"attempts/{claim.attempt_id}/{position}"
    results.keep_bytes(key=key, data=data)
    delivery = outcomes.Delivery(position, results.verify(key=key, data=data))
    return outcomes.complete(claim=claim, deliveries=[delivery])


def test_after_unknown_it_completes_the_generation(lost):
    generation, claim = lost

    assert arrive(claim)

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    assert attempts_of(generation)[0].state == Attempt.State.SUCCEEDED
    assert_books_balance(generation.account_id)


def test_after_a_dismissal_the_cost_is_corrected_not_booked_twice(alice, lost):
    generation, claim = lost
    deeds.dismiss(membership=alice.membership, generation_id=generation.pk)

    assert arrive(claim)

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    (attempt,) = attempts_of(generation)
    assert [entry.kind for entry in attempt.hold.entries.order_by("at")] == [
        "hold",
        "write_off",
        "adjust",
    ]
    assert attempt.hold.period.settled == attempt.cost
    assert_books_balance(generation.account_id)


def test_while_another_try_waits_it_makes_that_try_needless(alice, lost):
    generation, claim = lost
    deeds.retry(membership=alice.membership, generation_id=generation.pk)

    assert arrive(claim)
    alice.work(generation)

    assert generation.state == State.COMPLETED
    first, second = attempts_of(generation)
    assert (first.state, second.state) == (Attempt.State.SUCCEEDED, Attempt.State.RELEASED)
    assert_books_balance(generation.account_id)


def test_while_another_call_runs_both_pictures_are_kept(alice, lost):
    generation, claim = lost
    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    second = attempts.claim(generation_id=generation.pk, worker=None)
    assert attempts.mark_sent(claim=second)

    assert arrive(claim, colour="red")
    assert arrive(second, colour="blue")

    generation.refresh_from_db()
    assert Image.objects.owned_by(generation.account).count() == 2
    first_attempt, _ = attempts_of(generation)
    assert generation.image == first_attempt.images.get().image
    assert_books_balance(generation.account_id)


def test_the_same_result_twice_is_kept_once(lost):
    generation, claim = lost

    assert arrive(claim)
    assert not arrive(claim)

    assert Image.objects.owned_by(generation.account).count() == 1
    assert_books_balance(generation.account_id)


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_after_run_again_ended_badly_it_completes_the_generation(alice, lost, end):
    generation, first = lost
    deeds.retry(membership=alice.membership, generation_id=generation.pk)
    if end == "cancelled":
        deeds.cancel(membership=alice.membership, generation_id=generation.pk)
    else:
        second = attempts.claim(generation_id=generation.pk, worker=None)
        attempts.mark_sent(claim=second)
        outcomes.fail(claim=second, error={"code": "invalid_request"})
    generation.refresh_from_db()
    assert generation.state == end
    assert "counts" in tiles_of([generation])[0].sentence  # the first one was written off

    assert arrive(first)

    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    assert generation.image is not None
    assert_books_balance(generation.account_id)

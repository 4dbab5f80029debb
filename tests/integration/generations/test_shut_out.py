"""Whoever may make no pictures any more keeps no money held for what still waits."""

import pytest

from generations.models import State
from generations.services.sweep import sweep
from tests.integration.generations.conftest import assert_books_balance, attempts_of


@pytest.mark.parametrize("whose", ["user", "account"])
def test_what_waits_of_the_blocked_fails_and_its_money_is_freed(alice, bob, settings, whose):
    settings.GATEWAY_SLOTS = 1
    _, waiting = alice.ask_for(2)
    others = bob.ask()
    blocked = getattr(alice.membership, whose)
    blocked.standing = "generation_blocked"
    blocked.save(update_fields=["standing"])

    assert sweep()["shut_out"] == 1

    waiting.refresh_from_db()
    others.refresh_from_db()
    assert (waiting.state, others.state) == (State.FAILED, State.QUEUED)
    (attempt,) = attempts_of(waiting)
    assert (attempt.error["code"], attempt.hold.state) == ("standing", "released")
    assert_books_balance(waiting.account_id)

"""Any order of what people, workers, the clock and the log can do: the rules hold after each step.

Hypothesis makes the orders up, and shortens one that breaks a rule. Here the gateway is a table:
whether a call was billed is decided when it leaves, and told early, late, twice, or by the log.
"""

import os
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from itertools import count

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from generations.catalogue import Parameters
from generations.exceptions import StateForbids
from generations.models import Attempt, Batch, Generation, State
from generations.services import attempts, deeds, looks, outcomes, resends
from generations.services.attempts import Claim
from generations.services.outcomes import Delivery
from generations.services.sweep import sweep
from imagestudio.accounts.services.idempotency import Reply, once
from imagestudio.library.services.files import StoredFile
from imagestudio.library.services.results import StoredResult
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.models import BudgetPeriod, Hold, LedgerEntry
from imagestudio.money.services import set_budget
from tests import factories
from tests.factories import make_user, personal
from tests.integration.generations.conftest import assert_books_balance

FATES = ("picture", "billed without one", "free", "refused", "too many")
LIMITS = (None, 0, 10_000, 30_000, 200_000)  # micro-dollars
CHEAP = Parameters(quality="low", size="1024x1024")
HOUR = timedelta(hours=1)
# Orders that are tried, half a second each. Shortening one that breaks a rule takes minutes, so
# that is done only where their number is given.
EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
PHASES = tuple(Phase) if "EXAMPLES" in os.environ else (Phase.generate,)
S = Attempt.State


class AnyOrder(RuleBasedStateMachine):
    """A studio with one account, a table of what became of its calls, and the rules."""

    generations = Bundle("generations")
    claims = Bundle("claims")
    calls_made = Bundle("calls_made")

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.member = personal(make_user("hypothesis"))
        self.account = self.member.account
        self.calls: Counter[object] = Counter()  # by attempt
        self.fates: dict[object, str] = {}
        self.limit: int | None = None
        self.total = 0
        self.numbers = count()
        set_budget(account=self.account, limit=None)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # What people do

    @rule(target=generations, wishes=st.integers(1, 2))
    def submit(self, wishes):
        return multiple(*self.asked(f"key {next(self.numbers)}", wishes))

    @rule(wishes=st.integers(1, 2))
    def submit_twice(self, wishes):
        key = f"key {next(self.numbers)}"
        before = Batch.objects.count()

        first, second = self.asked(key, wishes), self.asked(key, wishes)

        assert first == second
        assert Batch.objects.count() == before + bool(first)

    def asked(self, key, wishes):
        def deed():
            wish = factories.a_wish(parameters=CHEAP, count=wishes)
            batch = factories.requests.request_generations(membership=self.member, wish=wish)
            return Reply(202, {"made": [str(one.pk) for one in batch.generations.all()]})

        try:
            reply = once(
                account=self.account, route="", key=key, request=str(wishes).encode(), deed=deed
            )
        except BudgetExceeded:
            return []
        return list(reply.body["made"])

    @rule(generation=generations, deed=st.sampled_from([deeds.cancel, deeds.retry, deeds.dismiss]))
    def decide(self, generation, deed):
        with suppress(StateForbids, BudgetExceeded):
            deed(membership=self.member, generation_id=generation)

    @rule(limit=st.sampled_from(LIMITS))
    def change_budget(self, limit):
        set_budget(account=self.account, limit=limit)
        self.limit = limit

    # What workers do

    @rule(target=claims, generation=generations)
    def claim(self, generation):
        claim = attempts.claim(generation_id=generation, worker=None)
        return multiple() if claim is None else claim

    @rule(target=calls_made, claim=claims, fate=st.sampled_from(FATES))
    def send(self, claim, fate):
        """Send what was claimed, perhaps long ago."""
        return self.sent(claim, fate)

    @rule(target=calls_made, generation=generations, fate=st.sampled_from(FATES))
    def run(self, generation, fate):
        """Claim and send, as a worker does."""
        claim = attempts.claim(generation_id=generation, worker=None)
        return multiple() if claim is None else self.sent(claim, fate)

    def sent(self, claim, fate):
        if not attempts.mark_sent(claim=claim):
            return multiple()
        self.calls[claim.attempt_id] += 1
        self.fates[claim.attempt_id] = fate
        return claim

    @rule(claim=calls_made)
    def answer(self, claim):
        """Bring home what became of a call: early, late, or once more."""
        match self.fates[claim.attempt_id]:
            case "picture":
                outcomes.complete(claim=claim, deliveries=[self.delivery(claim)])
            case "billed without one":
                outcomes.lose(claim=claim, error={"code": "result_lost"})
            case "free":
                outcomes.fail(claim=claim, error={"code": "invalid_request"})
            case "refused":
                outcomes.refuse(claim=claim, error={"code": "refused"})
            case "too many":
                resends.send_again(claim=claim, error={"code": "rate_limited"}, wait=None)

    @rule(claim=calls_made)
    def break_off(self, claim):
        """Lose the answer of a call, whatever it was."""
        outcomes.lose(claim=claim, error={"code": "worker_lost"})

    def delivery(self, claim: Claim) -> Delivery:
        digest = sha256(claim.attempt_id.bytes).digest()
        file = StoredFile(
            key=f"attempts/{claim.attempt_id}/0",
            sha256=digest,
            received_sha256=digest,
            mime="image/png",
            bytes=1,
            width=64,
            height=48,
            has_alpha=False,
            renditions=(),
        )
        return Delivery(0, StoredResult(file=file, placeholder="#808080"))

    # What the clock and the log do

    @rule(claim=st.one_of(claims, calls_made))
    def let_it_lapse(self, claim):
        Attempt.objects.filter(pk=claim.attempt_id).update(deadline_at=Now() - HOUR)
        sweep()

    @rule(claim=calls_made)
    def let_an_hour_pass(self, claim):
        Attempt.objects.filter(pk=claim.attempt_id).update(sent_at=F("sent_at") - HOUR)
        sweep()

    @rule(claim=calls_made)
    def ask_the_log(self, claim):
        look, fate = looks.seen(attempt_id=claim.attempt_id), self.fates[claim.attempt_id]
        if look is None:
            return
        if fate in {"free", "too many"}:
            looks.not_billed(claim=look.claim, is_certain=True)
        elif fate == "refused":
            looks.note_cost(claim=look.claim, cost=0)
        else:
            looks.note_cost(claim=look.claim, cost=self.cost(claim.attempt_id))

    def cost(self, attempt_id) -> int:
        """Return what the provider asks for a call: a little less than was estimated."""
        return Attempt.objects.get(pk=attempt_id).estimate - 7

    # The rules

    @invariant()
    def no_attempt_is_called_twice(self):
        assert max(self.calls.values(), default=0) <= 1

    @invariant()
    def the_books_balance(self):
        assert_books_balance(self.account.pk)

    @invariant()
    def nothing_more_is_held_than_the_limit_allows(self):
        period = BudgetPeriod.objects.get(account=self.account, member=None)
        total = period.held + period.settled
        assert self.limit is None or total <= max(self.limit, self.total)
        self.total = total

    @invariant()
    def money_that_was_charged_is_held_or_booked(self):
        for attempt in Attempt.objects.select_related("hold").filter(pk__in=self.fates):
            if self.fates[attempt.pk] in {"picture", "billed without one"}:
                assert attempt.hold.state != Hold.State.RELEASED

    @invariant()
    def what_was_free_is_not_booked(self):
        for attempt in Attempt.objects.filter(
            pk__in=self.fates, state__in=[S.FAILED, S.NOT_BILLED]
        ):
            spent = LedgerEntry.objects.filter(
                hold__attempt_id=attempt.pk, kind__in=["settle", "adjust", "write_off"]
            )
            assert sum(entry.amount for entry in spent) == 0

    @invariant()
    def only_what_was_sent_was_called(self):
        assert set(self.calls) == set(
            Attempt.objects.filter(sent_at__isnull=False).values_list("pk", flat=True)
        )

    @invariant()
    def states_fit_together(self):
        for generation in Generation.objects.prefetch_related("attempts"):
            is_open = [
                one for one in generation.attempts.all() if one.state in {S.RESERVED, S.SENT}
            ]
            assert (generation.state in {State.QUEUED, State.RUNNING}) <= (len(is_open) == 1)
            succeeded = [one for one in generation.attempts.all() if one.state == S.SUCCEEDED]
            assert (generation.image_id is not None) == bool(succeeded)


def test_the_rules_hold_in_any_order(db):
    run_state_machine_as_test(
        AnyOrder,
        settings=settings(
            max_examples=EXAMPLES,
            phases=PHASES,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

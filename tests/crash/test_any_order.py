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
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from generations.catalogue import Parameters
from generations.exceptions import StateForbids
from generations.models import Attempt, Batch, Generation, State
from generations.services import attempts, deeds, looks, outcomes, requests, resends
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
LIMITS = (None, None, None, 0, 30_000, 200_000)  # micro-dollars
CHEAP = Parameters(quality="low", size="1024x1024")
HOUR = timedelta(hours=1)
# Orders that are tried, a third of a second each. Shortening one that breaks a rule takes minutes:
# it is done only where their number is given.
EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
PHASES = tuple(Phase) if "EXAMPLES" in os.environ else (Phase.generate,)
S = Attempt.State


class AnyOrder(RuleBasedStateMachine):
    """A studio with one account, a table of what became of its calls, and the rules."""

    generations = Bundle("generations")
    claims = Bundle("claims")

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

    @initialize(target=generations, wishes=st.integers(1, 3))
    def begin(self, wishes):
        return multiple(*self.asked("first", wishes))

    @rule(target=generations, wishes=st.integers(1, 2), again=st.booleans())
    def submit(self, wishes, again):
        key, before = f"key {next(self.numbers)}", Batch.objects.count()
        made = self.asked(key, wishes)
        if again:
            assert self.asked(key, wishes) == made
        assert Batch.objects.count() == before + bool(made)
        return multiple(*made)

    def asked(self, key, wishes):
        def deed():
            wish = factories.a_wish(parameters=CHEAP, count=wishes)
            batch = requests.request_generations(membership=self.member, wish=wish)
            return Reply(202, {"made": [str(one.pk) for one in batch.generations.all()]})

        try:
            reply = once(
                membership=self.member, route="", key=key, request=str(wishes).encode(), deed=deed
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

    @rule(
        target=claims,
        generation=generations,
        fate=st.sampled_from(FATES),
        then=st.sampled_from(["die", "send", "answer", "break off"]),
    )
    def work(self, generation, fate, then):
        """Claim what waits, and come so far with it."""
        claim = attempts.claim(generation_id=generation, worker=None)
        if claim is None:
            return multiple()
        if then != "die":
            self.send(claim, fate)
        if then == "answer":
            self.answer(claim)
        if then == "break off":
            self.break_off(claim)
        return claim

    @rule(claim=claims, fate=st.sampled_from(FATES), then=st.sampled_from(["send", "answer"]))
    def go_on(self, claim, fate, then):
        """Do the next thing that was to be done, perhaps long after, perhaps once more."""
        if then == "send":
            self.send(claim, fate)
        else:
            self.answer(claim)

    def send(self, claim, fate):
        if attempts.mark_sent(claim=claim):
            self.calls[claim.attempt_id] += 1
            self.fates[claim.attempt_id] = fate

    def answer(self, claim):
        match self.fates.get(claim.attempt_id):
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

    def break_off(self, claim):
        if claim.attempt_id in self.fates:
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

    @rule(claim=claims, deed=st.sampled_from(["lapse", "age", "look", "look"]))
    def let_time_pass(self, claim, deed):
        """Let a deadline or an hour pass, or ask the log about a call."""
        found = Attempt.objects.filter(pk=claim.attempt_id)
        if deed == "lapse":
            found.update(deadline_at=Now() - HOUR)
            sweep()
        elif deed == "age":
            found.filter(sent_at__isnull=False).update(sent_at=F("sent_at") - HOUR)
            sweep()
        else:
            self.ask_the_log(claim)

    def ask_the_log(self, claim):
        look = looks.seen(attempt_id=claim.attempt_id)
        fate = self.fates.get(claim.attempt_id)
        if look is None or fate is None:
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

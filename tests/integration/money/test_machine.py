"""Whatever is done to money in whatever order: counters, entries and a plain model say the same."""

from uuid import uuid4

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.models import Basis, BudgetPeriod, LedgerEntry
from imagestudio.money.services import adjust, release, set_budget, settle, take_hold
from imagestudio.money.services.proof import check_ledger
from tests.factories import make_team, make_user

AMOUNTS = st.integers(0, 40)
LIMITS = st.none() | st.integers(0, 120)
WHO = st.sampled_from(["ann", "ben"])


class Money(RuleBasedStateMachine):
    """An account with two members; `None` among the counters stands for the account itself."""

    held = Bundle("held")
    spent = Bundle("spent")

    def __init__(self) -> None:
        super().__init__()
        self.people = {name: make_user(name) for name in ("ann", "ben")}
        self.account = make_team(self.people["ann"], creator=self.people["ben"])
        self.counters = {name: [0, 0] for name in (None, "ann", "ben")}  # held, settled
        self.limits: dict[str | None, int | None] = dict.fromkeys((None, "ann", "ben"))

    def move(self, who: str, held: int, settled: int) -> None:
        for name in (None, who):
            self.counters[name][0] += held
            self.counters[name][1] += settled

    @rule(target=held, who=WHO, amount=AMOUNTS)
    def take_hold(self, who, amount):
        fits = all(
            self.limits[name] is None or sum(self.counters[name]) + amount <= self.limits[name]
            for name in (None, who)
        )
        try:
            one = take_hold(
                account=self.account, user=self.people[who], attempt_id=uuid4(), amount=amount
            )
        except BudgetExceeded:
            assert not fits
            return None
        assert fits
        self.move(who, amount, 0)
        return who, one

    @rule(target=spent, taken=consumes(held), share=st.sampled_from([0, 1, 2, 3]))
    def settle(self, taken, share):
        """Below the hold, equal to it, and above."""
        if taken is None:
            return None
        who, one = taken
        cost = one.amount * share // 2
        entry = settle(hold=one, amount=cost)
        assert entry.overrun == (cost > one.amount)
        self.move(who, -one.amount, cost)
        return who, one, cost

    @rule(target=spent, taken=consumes(held), cost=AMOUNTS)
    def write_off(self, taken, cost):
        if taken is None:
            return None
        who, one = taken
        settle(hold=one, amount=cost, kind=LedgerEntry.Kind.WRITE_OFF)
        self.move(who, -one.amount, cost)
        return who, one, cost

    @rule(target=spent, taken=consumes(held))
    def release(self, taken):
        """Given back; the log may still show that it was billed."""
        if taken is None:
            return None
        who, one = taken
        release(hold=one)
        self.move(who, -one.amount, 0)
        return who, one, 0

    @rule(target=spent, booked=consumes(spent), cost=AMOUNTS, basis=st.sampled_from(Basis))
    def adjust(self, booked, cost, basis):
        """Correct what it cost, up or down."""
        if booked is None:
            return None
        who, one, before = booked
        adjust(hold=one, difference=cost - before, basis=basis)
        self.move(who, 0, cost - before)
        return who, one, cost

    @rule(who=st.none() | WHO, limit=LIMITS)
    def set_budget(self, who, limit):
        member = self.people[who] if who else None
        set_budget(account=self.account, member=member, limit=limit)
        self.limits[who] = limit

    @invariant()
    def the_counters_are_those_of_the_model(self):
        names = {None: None} | {user.pk: name for name, user in self.people.items()}
        for period in BudgetPeriod.objects.filter(account=self.account):
            name = names[period.member_id]
            assert [period.held, period.settled] == self.counters[name]
            assert period.limit == self.limits[name]

    def teardown(self):
        assert [proof.differences for proof in check_ledger() if proof.differences] == []


def test_no_order_of_deeds_makes_them_differ(db):
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""What those who run the studio look at: alarms, money in doubt, and how busy it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateWorker

from generations.models import Alarm, Attempt, Circuit, Generation
from generations.services.sweep import WORKER_DEAD
from generations.tiles import model_name
from imagestudio.money.models import BudgetRequest

SHOWN = 100  # attempts of a list; the sums count all
UNVERIFIED_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Doubts:
    """Attempts of one kind, the newest first: some of them, how many there are, their money.

    `held` is reserved for them, `estimate` is what they would probably have cost, both in
    micro-dollars.
    """

    shown: Sequence[Attempt]
    count: int
    estimate: int
    held: int


@dataclass(frozen=True, slots=True)
class Operations:
    """The state of the installation at one moment."""

    alarms: Sequence[Alarm]
    circuits: Sequence[Circuit]
    asked: Sequence[BudgetRequest]
    in_doubt: Doubts
    unverified: Doubts
    in_flight: int
    waiting: int
    accounts_waiting: int
    workers: int
    slots: int

    @property
    def resting(self) -> list[tuple[str, Circuit]]:
        """Return the names of the models that take nothing for now, with their circuits."""
        return [(model_name(one.model), one) for one in self.circuits]


def operations() -> Operations:
    """Return the state of the installation now, in a fixed number of statements."""
    waiting = Generation.objects.waiting().aggregate(
        count=Count("pk"), accounts=Count("account", distinct=True)
    )
    lately = Attempt.objects.unverified().filter(sent_at__gt=Now() - UNVERIFIED_FOR)
    return Operations(
        alarms=list(Alarm.objects.ringing()),
        circuits=list(Circuit.objects.filter(retry_at__isnull=False)),
        asked=list(
            BudgetRequest.objects.for_operators()
            .open()
            .select_related("account", "user")
            .order_by("asked_at")[:SHOWN]
        ),
        in_doubt=doubts(Attempt.objects.in_doubt()),
        unverified=doubts(lately),
        in_flight=Generation.objects.in_flight().count(),
        waiting=waiting["count"],
        accounts_waiting=waiting["accounts"],
        workers=ProcrastinateWorker.objects.filter(last_heartbeat__gt=Now() - WORKER_DEAD).count(),
        slots=settings.GATEWAY_SLOTS,
    )


def doubts(attempts: QuerySet[Attempt]) -> Doubts:
    """Return the newest of these attempts, and the sums over all of them."""
    sums = attempts.aggregate(
        count=Count("pk"),
        estimate=Sum("estimate"),
        held=Sum("hold__amount", filter=Q(hold__state="held")),
    )
    rows = attempts.select_related("generation__account", "generation__user", "hold")
    return Doubts(
        shown=list(rows.order_by("-sent_at", "-id")[:SHOWN]),
        count=sums["count"],
        estimate=sums["estimate"] or 0,
        held=sums["held"] or 0,
    )


def ringing() -> dict[str, list[Alarm]]:
    """Return the alarms that ring, for the line about them on every page of an operator."""
    return {"alarms": list(Alarm.objects.ringing())}

"""Who is next: slots are given one at a time to the account with the fewest calls in flight."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from generations.models import Attempt, Generation
from imagestudio.accounts.models import Account, Standing
from imagestudio.jobs import enqueue

LOCK = 0x1A6E_57D0  # of pg_advisory_xact_lock: one admission at a time, whatever the worker
RUN = "generations.run"
NEVER = datetime.min.replace(tzinfo=UTC)
JUST_NOW = datetime.max.replace(tzinfo=UTC)  # later than all that is in a row
MAY_GENERATE = [
    standing for standing in Standing if standing.severity < Standing.GENERATION_BLOCKED.severity
]


@dataclass(slots=True)
class Queue:
    """One account with wishes that wait."""

    account_id: UUID
    cap: int
    in_flight: int
    last_start: datetime


@transaction.atomic
def admit() -> int:
    """Give free slots to waiting generations, enqueue their jobs, and return how many those were.

    Slots are `GATEWAY_SLOTS` less what is in flight, and no more starts in any 60 seconds than
    `GATEWAY_STARTS_PER_MINUTE`. Called when something is requested, when something ends, and by
    the sweep, in the same transaction; events are recorded after it.
    """
    if not Generation.objects.waiting().exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    chosen = list(choose(free=free_slots(), queues=waiting_accounts()))
    for generation_id in chosen:
        Generation.objects.waiting().filter(pk=generation_id).update(admitted_at=Now())
        enqueue(RUN, generation_id=str(generation_id))
    return len(chosen)


def free_slots() -> int:
    """Return how many calls may start now."""
    in_flight = Generation.objects.in_flight().count()
    left = settings.GATEWAY_STARTS_PER_MINUTE - started_lately()
    return min(settings.GATEWAY_SLOTS - in_flight, left)


def started_lately() -> int:
    """Return how many calls began in the last minute, those that were sent again included."""
    lately = Now() - timedelta(minutes=1)
    admitted = Generation.objects.filter(admitted_at__gt=lately).count()
    return admitted + Attempt.objects.filter(resends__gt=0, made_at__gt=lately).count()


def is_at_full_pace() -> bool:
    """Say whether no further call should begin in this minute."""
    return started_lately() >= settings.GATEWAY_STARTS_PER_MINUTE


def waiting_accounts() -> list[Queue]:
    """Return the accounts that have wishes waiting and may make pictures."""
    waiting = Generation.objects.waiting().filter(user__standing__in=MAY_GENERATE)
    accounts = (
        Account.objects.filter(
            pk__in=waiting.values("account"), standing__in=MAY_GENERATE, closed_at=None
        )
        .annotate(
            busy=Count(
                "generations",
                filter=Q(
                    generations__state__in=["queued", "running"],
                    generations__admitted_at__isnull=False,
                ),
            ),
            last_start=Max("generations__admitted_at"),
        )
        .values_list("id", "in_flight_cap", "busy", "last_start")
    )
    return [Queue(key, cap, busy, last or NEVER) for key, cap, busy, last in accounts]


def choose(*, free: int, queues: list[Queue]) -> Iterator[UUID]:
    """Yield the ids of the generations to admit: one at a time, fewest in flight first."""
    backlogs = {
        queue.account_id: iter(
            Generation.objects.waiting()
            .filter(account=queue.account_id, user__standing__in=MAY_GENERATE)
            # One that somebody is just cancelling is passed over, and not waited for.
            .select_for_update(of=("self",), skip_locked=True, no_key=True)
            .order_by("requested_at", "id")
            .values_list("id", flat=True)[: max(0, min(free, queue.cap))]
        )
        for queue in queues
    }
    while free > 0:
        open_queues = [queue for queue in queues if queue.in_flight < queue.cap]
        if not open_queues:
            return
        queue = min(open_queues, key=lambda one: (one.in_flight, one.last_start))
        generation_id = next(backlogs[queue.account_id], None)
        if generation_id is None:
            queues.remove(queue)
            continue
        queue.in_flight += 1
        queue.last_start = JUST_NOW
        free -= 1
        yield generation_id

"""Who is next: slots are given one at a time to the account with the fewest calls in flight."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from generations.line import Queue, Turns
from generations.models import Attempt, Generation
from generations.services import circuits
from imagestudio.accounts.models import Standing
from imagestudio.jobs import enqueue

LOCK = 0x1A6E_57D0  # of pg_advisory_xact_lock: one admission at a time, whatever the worker
RUN = "generations.run"
MINUTE = timedelta(minutes=1)
MAY_GENERATE = [
    standing for standing in Standing if standing.severity < Standing.GENERATION_BLOCKED.severity
]

# The accounts are found by leaps from one to the next in the index of what waits, so that it does
# not matter how much that is. An account without a start has the oldest one.
ACCOUNTS_IN_LINE = """
WITH RECURSIVE in_line AS (
    (
        SELECT account_id FROM generations_generation
        WHERE state = 'queued' AND admitted_at IS NULL
        ORDER BY account_id LIMIT 1
    )
    UNION ALL
    SELECT (
        SELECT account_id FROM generations_generation
        WHERE state = 'queued' AND admitted_at IS NULL AND account_id > in_line.account_id
        ORDER BY account_id LIMIT 1
    )
    FROM in_line WHERE account_id IS NOT NULL
),
busy AS (
    SELECT account_id, count(*) AS calls FROM generations_generation
    WHERE state IN ('queued', 'running') AND admitted_at IS NOT NULL
    GROUP BY account_id
)
SELECT account.id, account.in_flight_cap, coalesce(busy.calls, 0) AS in_flight, coalesce(
    extract(epoch FROM (
        SELECT max(admitted_at) FROM generations_generation WHERE account_id = account.id
    ) - statement_timestamp()), '-infinity'
)::double precision AS last_start
FROM in_line
JOIN accounts_account AS account ON account.id = in_line.account_id
LEFT JOIN busy ON busy.account_id = account.id
WHERE account.standing = ANY(%s) AND account.closed_at IS NULL
ORDER BY coalesce(busy.calls, 0) >= account.in_flight_cap, in_flight, last_start, account.id
LIMIT %s
"""


@transaction.atomic
def admit() -> int:
    """Give free slots to waiting generations, enqueue their jobs, and return how many those were.

    Slots are `GATEWAY_SLOTS` less what is in flight, and no more calls leave in any 60 seconds
    than `GATEWAY_STARTS_PER_MINUTE`. Called when something is requested, when something ends, and
    by the sweep, in the same transaction; events are recorded after it.
    """
    # Before the first look: if it came after it, a request and an end that do not see each other
    # yet would both find nothing to do, and a slot would stay empty until the next sweep.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not Generation.objects.waiting().exists():
        return 0
    free = min(room())
    if free <= 0:
        return 0
    resting = circuits.resting()
    first = accounts_in_line(most=free)  # so many slots go to no more accounts than these
    admitted = give(choose(free=free, queues=first, resting=resting))
    if admitted < free == len(first):  # but if some of them have nothing that may be admitted
        rest = accounts_in_line()
        admitted += give(choose(free=free - admitted, queues=rest, resting=resting))
    if admitted < free and any(resting.values()):
        tried = [model for model, may_try in resting.items() if may_try]
        admitted += give(trials(tried[: free - admitted]))
    return admitted


def give(chosen: Iterable[UUID]) -> int:
    """Give a slot to each of these generations and return how many those are."""
    keys = list(chosen)
    Generation.objects.waiting().filter(pk__in=keys).update(admitted_at=Now())
    for generation_id in keys:
        enqueue(RUN, generation_id=str(generation_id))
    return len(keys)


class Room(NamedTuple):
    """How many calls may start now: by the slots, and by the pace."""

    slots: int
    starts: int


def room() -> Room:
    """Return how many calls may start now; what is over a limit counts below zero."""
    unsent = Attempt.objects.filter(generation=OuterRef("pk"), state=Attempt.State.RESERVED)
    in_flight = Generation.objects.in_flight().aggregate(
        all=Count("pk"), unsent=Count("pk", filter=Exists(unsent))
    )
    # Those that have not left yet will do so any moment, so they count against the pace.
    started = sent_lately().count() + in_flight["unsent"]
    return Room(
        slots=settings.GATEWAY_SLOTS - in_flight["all"],
        starts=settings.GATEWAY_STARTS_PER_MINUTE - started,
    )


def is_at_full_pace() -> bool:
    """Say whether no further call should begin in this minute."""
    return room().starts <= 0


def sent_lately() -> QuerySet[Attempt]:
    """Return the calls that left in the last minute."""
    return Attempt.objects.filter(sent_at__gt=Now() - MINUTE)


def admissible() -> QuerySet[Generation]:
    """Return what waits and may be admitted, as far as the people who asked for it go."""
    return Generation.objects.waiting().filter(user__standing__in=MAY_GENERATE)


def trials(models: Iterable[str]) -> Iterator[UUID]:
    """Yield one generation of each of these models, whose calls have failed, to try it again.

    None of a model that has a call under way: that one is its trial.
    """
    for model in models:
        if Generation.objects.in_flight().filter(model=model).exists():
            continue
        open_to = [one.account_id for one in accounts_in_line() if one.in_flight < one.cap]
        waiting = admissible().filter(model=model, account__in=open_to)
        yield from in_order(waiting, most=1)


def accounts_in_line(*, most: int | None = None) -> list[Queue]:
    """Return the accounts that have wishes waiting and may make pictures, whose turn is first.

    The seconds of their last starts are counted from now, so they are negative.
    """
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS_IN_LINE, [[standing.value for standing in MAY_GENERATE], most])
        return [Queue(*row) for row in cursor.fetchall()]


def choose(*, free: int, queues: list[Queue], resting: Collection[str] = ()) -> Iterator[UUID]:
    """Yield the ids of the generations to admit, so many at most: fewest in flight first.

    What an account cannot use of its share is shared out among the others. Models that rest are
    passed over.
    """
    turns = Turns(queues)
    while shares := turns.shares(free, at=0):
        for account_id, share in shares.items():
            heads = list(first_in_line(account_id, share, resting))
            yield from heads
            free -= len(heads)
            if len(heads) < share:
                turns.leave(account_id)


def first_in_line(
    account_id: UUID, most: int, resting: Collection[str] = ()
) -> QuerySet[Generation, UUID]:
    """Return the ids of what an account may start next, with the rows locked."""
    waiting = admissible().filter(account=account_id)
    return in_order(waiting.exclude(model__in=resting) if resting else waiting, most=most)


def in_order(waiting: QuerySet[Generation], *, most: int) -> QuerySet[Generation, UUID]:
    """Return the ids of the first of these, with the rows locked.

    One that somebody is just cancelling is passed over, and not waited for.
    """
    return (
        waiting.select_for_update(of=("self",), skip_locked=True, no_key=True)
        .order_by("requested_at", "id")
        .values_list("id", flat=True)[:most]
    )

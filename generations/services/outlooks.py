"""What can be expected of a generation: its place in line, and when its picture will be there."""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache, partial
from math import ceil
from statistics import fmean
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import F, Window
from django.db.models.functions import Now, RowNumber
from django.utils import timezone

from generations.line import (
    MOST,
    SWEEP,
    Kind,
    Latencies,
    Place,
    Queue,
    Running,
    Situation,
    Waiting,
    forecast,
    unevenly,
)
from generations.models import OPEN_STATES, Attempt, Generation
from generations.services.admission import accounts_in_line, admissible, sent_lately
from generations.services.circuits import resting
from generations.services.latencies import LATENCIES, count_of_sources, counts_of_sources
from generations.services.recent import Recent
from imagestudio.accounts.models import Account

ASSUMED = 60.0  # seconds of a call of which nothing was measured: for the order, never told
LATE = 0.25  # of the seconds so far: what a call is thought to need yet that took longer than any


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be expected, as far as it is known.

    `position` is the place in line (1 is next), `behind` how many are before it at the least where
    it is too far back to say more. `seconds` are those until its picture. `is_late` says that its
    call takes longer than nine of ten, `rests` that its model takes no calls for now.
    """

    position: int | None = None
    behind: int | None = None
    seconds: int | None = None
    is_late: bool = False
    rests: bool = False


NOTHING = Outlook()


@dataclass(frozen=True, slots=True)
class Line:
    """The line at one moment: the situation, and the place of each generation that waits.

    `unplaced` are those that were looked for in vain.
    """

    situation: Situation
    places: dict[UUID, Place]
    resting: Collection[str] = ()  # models whose circuit is open
    unplaced: set[UUID] = field(default_factory=set)

    @property
    def is_cut(self) -> bool:
        """Say whether more wait than have a place."""
        return bool(self.situation.cut)

    def knows(self, keys: Collection[UUID]) -> bool:
        """Say whether nothing more would be known of these by looking again."""
        return self.is_cut or all(key in self.places or key in self.unplaced for key in keys)


def outlooks(generations: Iterable[Generation]) -> dict[UUID, Outlook]:
    """Return what can be expected of those that are open, whose rows `with_details` loaded."""
    still_open = [one for one in generations if one.state in OPEN_STATES]
    waiting = {one.pk: one.model for one in still_open if one.admitted_at is None}
    found = waiting_outlooks(waiting) if waiting else {}
    for one in still_open:
        if one.admitted_at is not None:
            found[one.pk] = running_outlook(one, LATENCIES.get())
    return found


def waiting_outlooks(models: Mapping[UUID, str]) -> dict[UUID, Outlook]:
    """Return what can be expected of generations that wait, of which the models are given."""
    line, rest = LINE.get(), Outlook(rests=True)
    found = {key: rest for key, model in models.items() if model in line.resting}
    keys = models.keys() - found.keys()
    if not line.knows(keys):  # they were asked for after that was found out
        line = LINE.anew()
        line.unplaced.update(key for key in keys if key not in line.places)
    behind = len(line.places) if line.is_cut else None
    return found | {
        key: Outlook(position=place.position, seconds=rounded_up(place.seconds))
        if (place := line.places.get(key))
        else Outlook(behind=behind)
        for key in keys
    }


def running_outlook(generation: Generation, latencies: Latencies) -> Outlook:
    """Return what can be expected of a generation that has its slot."""
    attempt, now = generation.attempt, timezone.now()
    if attempt is None or (attempt.resends and attempt.sent_at is None):
        return NOTHING  # how long it pauses before it is sent again is not written down
    kind = Kind(
        generation.model,
        str(generation.parameters["quality"]),
        len(generation.sources.all()),
    )
    since_sent = (now - attempt.sent_at).total_seconds() if attempt.sent_at else None
    since_answer = (now - attempt.answered_at).total_seconds() if attempt.answered_at else None
    if since_sent and since_answer is None and latencies.is_late(kind, since_sent=since_sent):
        return Outlook(is_late=True)
    seconds = latencies.remaining(kind, since_sent=since_sent, since_answer=since_answer)
    return Outlook(seconds=rounded_up(seconds))


def expected_of(*, account: Account, kind: Kind, count: int) -> int | None:
    """Return seconds until so many pictures would all be there if they were asked for now.

    None where nothing was measured, or where the line is too long to say.
    """
    now, latencies = LINE.get().situation, LATENCIES.get()
    if latencies.of(kind) is None or account.pk in now.cut:
        return None
    times = times_of(kind, latencies)
    asked = [times.of(uuid4(), account.pk) for _ in range(count)]
    queues = list(now.queues)
    if all(queue.account_id != account.pk for queue in queues):
        in_flight = sum(one.account_id == account.pk for one in now.running)
        queues.append(Queue(account.pk, account.in_flight_cap, in_flight, last_start=0))
    places = forecast(replace(now, queues=queues, waiting=[*now.waiting, *asked]))
    ends = [places[one.id].seconds if one.id in places else None for one in asked]
    return rounded_up(None if None in ends else max(end for end in ends if end is not None))


def rounded_up(seconds: float | None) -> int | None:
    """Return whole seconds."""
    return None if seconds is None else ceil(seconds)


def look() -> Line:
    """Return the line as it stands now."""
    latencies = LATENCIES.get()
    running, unsent = running_now(latencies)
    models = tuple(resting())
    waiting, cut = waiting_now(latencies, resting=models)
    ages = sent_lately().annotate(age=Now() - F("sent_at")).values_list("age", flat=True)
    situation = Situation(
        slots=settings.GATEWAY_SLOTS,
        starts_per_minute=settings.GATEWAY_STARTS_PER_MINUTE,
        starts=[*(age.total_seconds() for age in ages), *[0.0] * unsent],
        running=running,
        queues=accounts_in_line() if waiting else [],
        waiting=waiting,
        cut=cut,
        until_sweep=SWEEP - time.time() % SWEEP,
    )
    return Line(situation, forecast(situation), resting=models)


def running_now(latencies: Latencies) -> tuple[list[Running], int]:
    """Return the calls that take a slot, and how many of them have not left yet."""
    rows = (
        Generation.objects.in_flight()
        .filter(attempts__state__in=[Attempt.State.RESERVED, Attempt.State.SENT])
        .annotate(
            pictures=count_of_sources("pk"),
            since_sent=Now() - F("attempts__sent_at"),
            since_answer=Now() - F("attempts__answered_at"),
        )
        .values_list(
            "account_id",
            "model",
            "parameters__quality",
            "pictures",
            "since_sent",
            "since_answer",
        )
    )
    running, unsent = [], 0
    for account_id, model, quality, sources, sent, answered in rows:
        kind = Kind(model, quality, sources)
        since_sent, since_answer = in_seconds(sent), in_seconds(answered)
        seconds = latencies.remaining(
            kind, since_sent=since_sent, since_answer=since_answer, of=fmean
        )
        is_measured = latencies.of(kind) is not None
        if seconds is None:
            seconds = (since_sent or 0) * LATE if is_measured else ASSUMED
        running.append(Running(account_id, seconds, is_measured))
        unsent += sent is None
    return running, unsent


def in_seconds(span: timedelta | None) -> float | None:
    """Return a span in seconds."""
    return None if span is None else span.total_seconds()


def waiting_now(
    latencies: Latencies, *, resting: Collection[str] = ()
) -> tuple[list[Waiting], frozenset[UUID]]:
    """Return what waits, and the accounts of which more waits than that.

    Of each account as many of its first ones, until it is as many as are looked ahead.
    """
    rank = Window(RowNumber(), partition_by="account_id", order_by=["requested_at", "id"])
    rows = list(
        admissible()
        .exclude(model__in=resting)
        .annotate(rank=rank)
        .order_by("rank", "requested_at", "id")
        .values_list("id", "account_id", "model", "parameters__quality", "rank")[:MOST]
    )
    sources = counts_of_sources([key for key, *_ in rows])
    times = cache(partial(times_of, latencies=latencies))
    waiting = [
        times(Kind(model, quality, sources.get(key, 0))).of(key, account_id)
        for key, account_id, model, quality, _ in rows
    ]
    if len(rows) < MOST:
        return waiting, frozenset()
    listed, last_rank = Counter(one.account_id for one in waiting), rows[-1][-1]
    return waiting, frozenset(key for key, count in listed.items() if count >= last_rank - 1)


@dataclass(frozen=True, slots=True)
class Times:
    """How long calls of one kind hold their slot on the average, and until a picture is there."""

    holds: float
    takes: float | None

    def of(self, key: UUID, account_id: UUID) -> Waiting:
        """Return a generation that waits for such a call."""
        return Waiting(key, account_id, holds=unevenly(self.holds, key), takes=self.takes)


def times_of(kind: Kind, latencies: Latencies) -> Times:
    """Return what is known of the time that a call of this kind takes."""
    holds = latencies.remaining(kind, of=fmean)
    return Times(
        holds=ASSUMED if holds is None else holds,
        takes=latencies.remaining(kind),
    )


LINE = Recent(look, seconds=2)

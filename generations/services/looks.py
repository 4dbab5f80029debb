"""Looks into the gateway's log: when it is asked about a call, and what its words change.

Three kinds of calls are looked up: those in doubt (was it billed, is there a picture?), those that
were refused (was it billed?), and those that succeeded (what did it cost?). How often, and until
when, stands in `Attempt.look_at`: it is put off before each look, so that a worker that dies while
it looks costs nothing but time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now
from procrastinate.types import JSONValue

from generations.models import Alarm, Attempt, Generation, State
from generations.services.alarms import ring
from generations.services.attempts import Claim, finish, lock, may_be_cached
from generations.services.outcomes import book
from imagestudio.clock import database_now
from imagestudio.jobs import enqueue
from imagestudio.money.models import Hold, LedgerEntry
from imagestudio.money.services import release

RECONCILE = "generations.reconcile"
MOST_AT_ONCE = 30  # looks of one sweep: 900 in five minutes, of the 1,200 that the API allows
PAUSES = tuple(timedelta(seconds=one) for one in (10, 30, 60, 120, 300, 600, 1800))
LONGEST_PAUSE = timedelta(hours=4)
LAST_LOOK = timedelta(days=1)  # after the call was sent
# An entry that is missing proves nothing before the log's own delay has passed.
LOG_DELAY = timedelta(minutes=15)
LONGEST_SILENCE = LAST_LOOK + timedelta(hours=1)  # older entries the log may have dropped
NEIGHBOURHOOD = timedelta(hours=1)  # what was logged before or after says nothing of a call

Basis = LedgerEntry.Basis
DOUBTFUL = (Attempt.State.UNKNOWN, Attempt.State.WRITTEN_OFF)
SETTLED_BY_COST = (Attempt.State.SUCCEEDED, Attempt.State.REFUSED)  # there is no more to learn
LOOKED_UP = (*DOUBTFUL, Attempt.State.REFUSED, Attempt.State.SUCCEEDED, Attempt.State.NOT_BILLED)


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a call before the log is asked about it.

    `silence_proves` says whether an entry that is missing now will not come any more.
    """

    claim: Claim
    state: Attempt.State
    looks: int
    log_id: str
    has_answer: bool
    has_sources: bool
    may_be_cached: bool
    silence_proves: bool

    @property
    def is_in_doubt(self) -> bool:
        """Say whether a picture may still be found."""
        return self.state in (*DOUBTFUL, Attempt.State.NOT_BILLED)


def pause_after(looks: int) -> timedelta:
    """Return how long to wait until the next look, after so many."""
    return PAUSES[looks] if looks < len(PAUSES) else LONGEST_PAUSE


@transaction.atomic
def look() -> int:
    """Enqueue one job for the calls that the log is to be asked about now; return how many.

    Those in doubt have two thirds of the looks, because people wait for them; costs have what is
    left, so that many doubts do not keep them for ever.
    """
    now = database_now()
    due = (
        Attempt.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(look_at__lte=now)
        .order_by("look_at")
        .only("id", "looks", "sent_at")
    )
    doubts = list(due.exclude(state=Attempt.State.SUCCEEDED)[: MOST_AT_ONCE * 2 // 3])
    costs = list(due.filter(state=Attempt.State.SUCCEEDED)[: MOST_AT_ONCE - len(doubts)])
    keys: list[JSONValue] = []
    for attempt in (*doubts, *costs):
        Attempt.objects.filter(pk=attempt.pk).update(
            looks=F("looks") + 1, look_at=next_look(attempt, now)
        )
        keys.append(str(attempt.pk))
    if keys:
        enqueue(RECONCILE, attempt_ids=keys)
    return len(keys)


def next_look(attempt: Attempt, now: datetime) -> datetime | None:
    """Return when to look again, should this look bring nothing; None after the last one."""
    last = (attempt.sent_at or now) + LAST_LOOK
    return None if now >= last else min(now + pause_after(attempt.looks), last)


def seen(*, attempt_id: UUID) -> Look | None:
    """Return what is known of a call, or None when the log has nothing to add."""
    known = Attempt.objects.filter(pk=attempt_id, state__in=LOOKED_UP)
    attempt = known.select_related("generation").first()
    if attempt is None:
        return None
    is_told = known.filter(deadline_at__lt=Now() - LOG_DELAY, sent_at__gt=Now() - LONGEST_SILENCE)
    return Look(
        claim=Claim(attempt.generation_id, attempt.pk, attempt.epoch),
        state=Attempt.State(attempt.state),
        looks=attempt.looks,
        log_id=attempt.gateway_log_id,
        has_answer=attempt.answer is not None,
        has_sources=attempt.generation.sources.exists(),
        may_be_cached=may_be_cached(attempt),
        silence_proves=is_told.exists() and log_works(attempt),
    )


def log_works(attempt: Attempt) -> bool:
    """Say whether nothing speaks against the log: that a call which brought a picture is not in it.

    Looks at those that were made about when this one was; without any, the log is believed.
    """
    about = attempt.sent_at or attempt.made_at
    witnesses = Attempt.objects.filter(
        state=Attempt.State.SUCCEEDED,
        looks__gt=0,
        sent_at__range=(about - NEIGHBOURHOOD, about + NEIGHBOURHOOD),
    )
    late = witnesses.filter(sent_at__lt=Now() - LOG_DELAY, is_logged=False)
    return not late.exists()


def note_entry(*, claim: Claim) -> None:
    """Note that the log has an entry of a call."""
    claim.attempts(*LOOKED_UP).filter(is_logged=False).update(is_logged=True)


@transaction.atomic
def note_cost(*, claim: Claim, cost: int) -> bool:
    """Note what the log says a call cost, in micro-dollars, and correct what was booked for it.

    The money of a call in doubt stays held: whether it is given up is a person's decision. Says
    whether this was news.
    """
    lock(claim)
    attempt = claim.attempts(*LOOKED_UP).select_related("hold").first()
    if attempt is None:
        return False
    if attempt.logged_cost == cost:
        return False
    changes: dict[str, object] = {"logged_cost": cost}
    is_booked = attempt.state != Attempt.State.UNKNOWN
    was_billed = cost > 0 or attempt.cost is not None
    if is_booked:
        changes["cost"] = cost if was_billed else None
    if attempt.state in SETTLED_BY_COST:
        changes["look_at"] = None
    if attempt.state == Attempt.State.NOT_BILLED and cost:  # its entry came a day late
        changes["state"] = Attempt.State.WRITTEN_OFF
    claim.attempts(*LOOKED_UP).update(**changes)
    if is_booked and was_billed:
        book(attempt=attempt, amount=cost, basis=Basis.GATEWAY_LOG)
    elif is_booked and attempt.hold.state == Hold.State.HELD:
        release(hold=attempt.hold)
    return True


@transaction.atomic
def not_billed(*, claim: Claim, is_certain: bool, skips_cache: bool = False) -> bool:
    """End a doubt: the log shows that the call cost nothing, so its money is given back.

    `is_certain` when an entry says so, and not only an entry is missing. The log is asked once more
    after a day in either case: the gateway may have made the call again by itself. The generation
    fails if it was this call that it waited for, and the person can try again. Says whether it
    was in doubt.
    """
    generation = lock(claim)
    attempt = claim.attempts(*DOUBTFUL).select_related("hold").first()
    if attempt is None:
        return False
    claim.attempts(*DOUBTFUL).update(
        state=Attempt.State.NOT_BILLED,
        cost=None,
        logged_cost=0 if is_certain else None,
        look_at=Greatest(F("sent_at") + LAST_LOOK, Now()),
        error={"code": "not_billed", "billed": "no", "before": attempt.error},
    )
    if attempt.hold.state == Hold.State.HELD:
        release(hold=attempt.hold)
    else:
        book(attempt=attempt, amount=0, basis=Basis.GATEWAY_LOG)
    if skips_cache:
        Generation.objects.filter(pk=generation.pk).update(skips_cache=True)
        ring(Alarm.Kind.FOREIGN_PICTURE, f"The log's entry of attempt {attempt.pk} says so.")
    if generation.state == State.UNKNOWN and not generation.attempts.in_doubt().exists():
        finish(generation, State.FAILED)
    return True


def rest(*, claim: Claim) -> None:
    """Ask the log no more about a call: its entry is there and says no more."""
    claim.attempts(*LOOKED_UP).update(look_at=None)

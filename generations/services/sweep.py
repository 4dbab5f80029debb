"""What the clock does: lapsed claims run again, lost calls are named, refused money is freed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateWorker

from generations.models import Attempt, Generation, State
from generations.services.admission import RUN, admit
from generations.services.attempts import Claim, lose
from imagestudio.jobs import enqueue
from imagestudio.jobs.worker import DEAD
from imagestudio.money.models import Hold
from imagestudio.money.services import release

WORKER_DEAD = timedelta(seconds=DEAD)
REFUSAL_UNVERIFIED = timedelta(minutes=15)


def sweep() -> dict[str, int]:
    """Do all of it and return how often each was done."""
    return {
        "requeued": requeue_lapsed(),
        "lost": name_lost(),
        "released": release_refused(),
        "admitted": admit(),
    }


def abandoned() -> QuerySet[Attempt]:
    """Return attempts whose deadline has passed, or whose worker no longer gives a sign of life.

    Attempts without a worker (run in the foreground) have only the deadline.
    """
    alive = ProcrastinateWorker.objects.filter(
        id=OuterRef("worker"), last_heartbeat__gt=Now() - WORKER_DEAD
    )
    return Attempt.objects.filter(
        Q(deadline_at__lt=Now()) | (Q(worker__isnull=False) & ~Exists(alive))
    )


def requeue_lapsed() -> int:
    """Run claims again that ended before `sent`: nothing has left, nothing can be billed twice."""
    count = 0
    lapsed = abandoned().filter(state=Attempt.State.RESERVED, generation__state=State.RUNNING)
    for attempt in lapsed:
        with transaction.atomic():
            fenced = Attempt.objects.filter(
                pk=attempt.pk, epoch=attempt.epoch, state=Attempt.State.RESERVED
            ).update(epoch=F("epoch") + 1, worker=None, deadline_at=None)
            if fenced and Generation.objects.filter(
                pk=attempt.generation_id, state=State.RUNNING
            ).update(state=State.QUEUED):
                enqueue(RUN, generation_id=str(attempt.generation_id))
                count += 1
    return count


def name_lost() -> int:
    """Move calls to `unknown` that nobody is waiting for any more."""
    count = 0
    for attempt in abandoned().filter(state=Attempt.State.SENT):
        claim = Claim(attempt.generation_id, attempt.pk, attempt.epoch)
        count += lose(claim=claim, error={"code": "worker_lost", "billed": "maybe"})
    return count


def release_refused() -> int:
    """Give back what was held for refused calls that nothing has shown to be billed."""
    count = 0
    refused = Attempt.objects.filter(
        state=Attempt.State.REFUSED,
        hold__state=Hold.State.HELD,
        sent_at__lt=Now() - REFUSAL_UNVERIFIED,
    )
    for attempt in refused.select_related("hold"):
        with transaction.atomic():
            if Attempt.objects.select_for_update().filter(
                pk=attempt.pk, hold__state=Hold.State.HELD
            ):
                release(hold=attempt.hold)
                count += 1
    return count

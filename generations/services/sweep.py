"""What the clock does: lapsed claims run again, lost calls are named, the log is asked."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Now
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from generations.models import Attempt, Generation, State
from generations.services.admission import MAY_GENERATE, RUN, admit
from generations.services.alarms import forget_old
from generations.services.attempts import Claim, finish, lock, release_unsent, withdraw
from generations.services.circuits import end_alarm
from generations.services.duties import ring_for_overdue
from generations.services.looks import look
from generations.services.outcomes import lose
from imagestudio.jobs import enqueue
from imagestudio.jobs.worker import DEAD
from imagestudio.money.models import Hold
from imagestudio.money.services import release

logger = logging.getLogger(__name__)

WORKER_DEAD = timedelta(seconds=DEAD)
MOST_CLAIMS = 6  # raised twice by each: something that kills its worker does so three times
MOST_SHUT_OUT = 500  # in one sweep
REFUSAL_UNVERIFIED = timedelta(minutes=15)


def sweep() -> dict[str, int]:
    """Do all of it and return how often each was done."""
    return {
        "requeued": requeue_lapsed() + enqueue_orphans(),
        "lost": name_lost(),
        "released": release_refused(),
        "shut_out": end_shut_out(),
        "looks": look(),
        "alarms": end_alarm() + forget_old(),
        "overdue": ring_for_overdue(),
        "admitted": admit(),
    }


def jobs_of(generation: OuterRef) -> QuerySet[ProcrastinateJob]:
    """Return the jobs that are to run a generation, or are just running it."""
    jobs: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.filter(
        task_name=RUN, status__in=["todo", "doing"]
    )
    named = jobs.annotate(generation=KeyTextTransform("generation_id", "args"))
    return named.filter(generation=Cast(generation, TextField()))


def abandoned() -> QuerySet[Attempt]:
    """Return attempts whose deadline has passed, or that nobody is at work on any more.

    Their worker gives no sign of life, or their job has ended by an error that nobody foresaw.
    Attempts without a worker (run in the foreground) have only the deadline. A worker that lives
    and has the answer may take longer: it waits for a storage that is away.
    """
    alive = ProcrastinateWorker.objects.filter(
        id=OuterRef("worker"), last_heartbeat__gt=Now() - WORKER_DEAD
    )
    is_at_work = Q(Exists(alive)) & Q(Exists(jobs_of(OuterRef("generation_id"))))
    is_overdue = Q(deadline_at__lt=Now()) & (Q(answered_at=None) | ~is_at_work)
    return Attempt.objects.filter(is_overdue | (Q(worker__isnull=False) & ~is_at_work))


def requeue_lapsed() -> int:
    """Run claims again that ended before `sent`: nothing has left, nothing can be billed twice."""
    lapsed = abandoned().filter(state=Attempt.State.RESERVED, generation__state=State.RUNNING)
    return each(lapsed, requeue)


@transaction.atomic
def requeue(attempt: Attempt) -> bool:
    """Take a lapsed claim away and run it again, unless it keeps lapsing; say if it was lapsed."""
    claim = Claim(attempt.generation_id, attempt.pk, attempt.epoch)
    if attempt.epoch >= MOST_CLAIMS:
        return withdraw(claim=claim, error={"code": "not_sent", "message": "Its workers died."})
    generation = lock(claim)
    fenced = claim.attempts(Attempt.State.RESERVED).update(
        epoch=F("epoch") + 1, worker=None, deadline_at=None
    )
    if not fenced or generation.state != State.RUNNING:
        return False
    Generation.objects.filter(pk=generation.pk).update(state=State.QUEUED)
    enqueue(RUN, generation_id=str(generation.pk))
    return True


def enqueue_orphans() -> int:
    """Enqueue admitted generations that have no job: its worker died before it could claim."""
    orphans = Generation.objects.filter(
        ~Exists(jobs_of(OuterRef("pk"))),
        state=State.QUEUED,
        admitted_at__isnull=False,
    )
    keys = list(orphans.values_list("pk", flat=True))
    for key in keys:
        enqueue(RUN, generation_id=str(key))
    return len(keys)


def name_lost() -> int:
    """Move calls to `unknown` that nobody is waiting for any more; what is known is looked up."""
    return each(abandoned().filter(state=Attempt.State.SENT), name)


def name(attempt: Attempt) -> bool:
    """Move one lost call to `unknown`; say whether it still was one."""
    claim = Claim(attempt.generation_id, attempt.pk, attempt.epoch)
    return lose(claim=claim, error={"code": "worker_lost", "billed": "maybe"})


def release_refused() -> int:
    """Give back what was held for refused calls that nothing has shown to be billed."""
    refused = Attempt.objects.filter(
        state=Attempt.State.REFUSED,
        hold__state=Hold.State.HELD,
        sent_at__lt=Now() - REFUSAL_UNVERIFIED,
    )
    return each(refused, release_unverified)


@transaction.atomic
def release_unverified(attempt: Attempt) -> bool:
    """Give back what was held for one refused call; say whether it still was."""
    lock(Claim(attempt.generation_id, attempt.pk, attempt.epoch))
    held = Attempt.objects.filter(
        pk=attempt.pk, state=Attempt.State.REFUSED, hold__state=Hold.State.HELD
    )
    found = held.select_related("hold").first()
    if found is None:
        return False
    release(hold=found.hold)
    return True


def end_shut_out() -> int:
    """Fail what waits of people and accounts that may make no pictures; their money is freed."""
    shut_out = Generation.objects.waiting().exclude(
        user__standing__in=MAY_GENERATE,
        account__standing__in=MAY_GENERATE,
        account__closed_at=None,
    )
    reserved = Attempt.objects.filter(
        state=Attempt.State.RESERVED, generation__in=shut_out.values("pk")[:MOST_SHUT_OUT]
    )
    return each(reserved, shut_out_one)


@transaction.atomic
def shut_out_one(attempt: Attempt) -> bool:
    """Fail one generation that waits, and free its money; say whether it still waited."""
    generation = lock(Claim(attempt.generation_id, attempt.pk, attempt.epoch))
    if generation.state != State.QUEUED or generation.admitted_at is not None:
        return False
    released = release_unsent(generation, error={"code": "standing", "billed": "no"})
    finish(generation, State.FAILED)
    return released


def each(attempts: QuerySet[Attempt], work: Callable[[Attempt], bool]) -> int:
    """Do this with each attempt and return with how many it was done; one that fails stops none."""
    done = 0
    for attempt in attempts:
        try:
            done += work(attempt)
        except Exception:
            logger.exception("The sweep could not take care of attempt %s", attempt.pk)
    return done

"""Sending again by the machine: only after a call that certainly was not billed."""

from django.db import transaction

from generations.models import Attempt, Generation, State
from generations.services.admission import RUN
from generations.services.attempts import JSON, Claim, finish, lock
from generations.services.happenings import happening
from generations.services.requests import reserve
from imagestudio.events.services import record
from imagestudio.jobs import enqueue
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.services import release

MOST_ATTEMPTS = 3  # of one asking, by the machine


def pause(claim: Claim) -> float:
    """Return seconds to wait where the gateway names none: 1, then 4, each up to half as much more.

    The part that is added is taken from the attempt's id, so that calls that failed together do
    not come back together.
    """
    resends = Attempt.objects.filter(pk=claim.attempt_id).values_list("resends", flat=True).first()
    return 4.0 ** (resends or 0) * (1 + claim.attempt_id.int % 1000 / 2000)


@transaction.atomic
def send_again(*, claim: Claim, error: JSON, wait: float | None) -> bool:
    """End an attempt that did not reach the provider and enqueue a new one after `wait` seconds.

    `wait` None lets `pause` decide. The new attempt's hold replaces the old one in the same
    transaction, and the generation keeps its slot. After three attempts, or when the budget no
    longer covers it, the generation fails.
    Says whether anything was done.
    """
    generation = lock(claim)
    attempt = claim.attempts(Attempt.State.SENT).select_related("hold").first()
    if attempt is None:
        return False
    claim.attempts(Attempt.State.SENT).update(state=Attempt.State.FAILED, error=error)
    release(hold=attempt.hold)
    if attempt.resends + 1 >= MOST_ATTEMPTS or generation.cancel_requested_at:
        finish(generation, State.FAILED)
        return True
    try:
        with transaction.atomic():
            reserve(
                generation=generation,
                user=generation.user,
                number=attempt.number + 1,
                sources=generation.sources.count(),
                resends=attempt.resends + 1,
            )
    except BudgetExceeded:
        finish(generation, State.FAILED)
        return True
    Generation.objects.filter(pk=generation.pk, state=State.RUNNING).update(state=State.QUEUED)
    seconds = pause(claim) if wait is None else wait
    enqueue(RUN, wait=seconds, generation_id=str(generation.pk))
    record(happening("queued", generation))
    return True

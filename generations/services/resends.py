"""Sending again by the machine: only after a call that certainly was not billed."""

from django.db import transaction

from generations.models import Attempt, Generation, State
from generations.services.admission import RUN, is_at_full_pace
from generations.services.attempts import JSON, Claim, finish, lock
from generations.services.circuits import note_failure
from generations.services.happenings import happening
from generations.services.outcomes import told
from generations.services.requests import reserve
from imagestudio.events.services import record
from imagestudio.jobs import enqueue
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.services import note_refusal, release

MOST_ATTEMPTS = 3  # of one asking, by the machine
LONGEST_PAUSE = 60.0  # seconds


def pause(claim: Claim, *, resends: int, asked: float | None) -> float:
    """Return seconds to wait: 1, then 4, or what the gateway asked for if that is more; 60 at most.

    Up to half as much is added, taken from the attempt's id, so that calls that failed together
    do not come back together.
    """
    least = max(4.0**resends, asked or 0)
    return min(LONGEST_PAUSE, least * (1 + claim.attempt_id.int % 1000 / 2000))


@transaction.atomic
def send_again(*, claim: Claim, error: JSON, wait: float | None) -> bool:
    """End an attempt that did not reach the provider and enqueue a new one after `wait` seconds.

    `wait` is what the gateway asked for, if it did. The new attempt's hold replaces the old one
    in the same transaction, and the generation keeps its slot. After three attempts, or when the
    budget no longer covers it, the generation fails.
    Says whether anything was done.
    """
    generation = lock(claim)
    attempt = claim.attempts(Attempt.State.SENT).select_related("hold").first()
    if attempt is None:
        return False
    claim.attempts(Attempt.State.SENT).update(state=Attempt.State.FAILED, **told(error))
    release(hold=attempt.hold)
    if generation.state != State.RUNNING:  # a late picture has completed it meanwhile
        return True
    if attempt.resends + 1 >= MOST_ATTEMPTS or generation.cancel_requested_at:
        note_failure(model=generation.model, code=str(error.get("code")))
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
    except BudgetExceeded as refusal:
        note_refusal(refusal)
        finish(generation, State.FAILED)
        return True
    Generation.objects.filter(pk=generation.pk, state=State.RUNNING).update(state=State.QUEUED)
    asked = LONGEST_PAUSE if is_at_full_pace() else wait
    seconds = pause(claim, resends=attempt.resends, asked=asked)
    enqueue(RUN, wait=seconds, generation_id=str(generation.pk))
    record(happening("queued", generation))
    return True

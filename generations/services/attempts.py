"""The life of one attempt up to its call, as its worker moves it; its end stands in `outcomes`.

Every move carries the attempt's id and epoch. A worker whose epoch is no longer the attempt's
has been replaced; its moves match no row and it stops. Within a transaction money moves first,
admission follows, events come last: so that two transactions never wait for each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from generations.models import Attempt, Generation, State
from generations.services.admission import MAY_GENERATE, admit
from generations.services.happenings import happening
from imagestudio.events.services import Happening, record
from imagestudio.library.models import Image
from imagestudio.money.services import release, within_limits

# To read the sources and make them smaller, before `sent`, behind those of all other calls. That a
# worker has died is known by its heartbeat long before.
CLAIM = timedelta(minutes=15)
CALL = timedelta(seconds=480)  # the gateway's total of 420, and a minute to fetch the result

JSON = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to move one attempt, until somebody raises the epoch."""

    generation_id: UUID
    attempt_id: UUID
    epoch: int

    def attempts(self, *states: str) -> QuerySet[Attempt]:
        """Return the attempt as a query that is empty once this claim is no longer the newest."""
        return Attempt.objects.filter(pk=self.attempt_id, epoch=self.epoch, state__in=states)


@transaction.atomic
def claim(*, generation_id: UUID, worker: int | None) -> Claim | None:
    """Return the right to run an admitted generation, or None when there is nothing to run."""
    waiting = Generation.objects.filter(
        pk=generation_id, state=State.QUEUED, admitted_at__isnull=False
    )
    if not waiting.update(state=State.RUNNING, started_at=Now()):
        return None
    attempt = Attempt.objects.get(generation=generation_id, state=Attempt.State.RESERVED)
    Attempt.objects.filter(pk=attempt.pk).update(
        epoch=F("epoch") + 1, worker=worker, deadline_at=Now() + CLAIM
    )
    attempt.refresh_from_db(fields=["epoch"])
    return Claim(generation_id, attempt.pk, attempt.epoch)


def lock(claim: Claim) -> Generation:
    """Return the claim's generation with its row locked: the first thing that each move does.

    Deeds of people lock the same row first, so that a move and a deed never wait in a ring.
    """
    return (
        Generation.objects.select_for_update(of=("self",))
        .select_related("account", "user")
        .get(pk=claim.generation_id)
    )


@transaction.atomic
def mark_sent(*, claim: Claim) -> bool:
    """Commit that the call is about to leave, before its first byte does; say whether it may.

    It may not when the claim lapsed, a person cancelled, the account was closed, the standing
    fell, or the month's limit was lowered below what is held and spent. In the last three cases
    the generation fails.
    """
    generation = lock(claim)
    reserved = claim.attempts(Attempt.State.RESERVED).filter(generation__state=State.RUNNING)
    attempt = reserved.select_related("hold").first()
    if attempt is None:
        return False
    standings = {generation.account.standing, generation.user.standing}
    if generation.account.closed_at or standings - {str(s) for s in MAY_GENERATE}:
        give_up(claim=claim, generation=generation, attempt=attempt, error={"code": "standing"})
        return False
    if not within_limits(hold=attempt.hold):
        give_up(claim=claim, generation=generation, attempt=attempt, error={"code": "budget"})
        return False
    commit_durably()
    moved = reserved.update(state=Attempt.State.SENT, sent_at=Now(), deadline_at=Now() + CALL)
    if moved:
        record(happening("sent", generation))
    return bool(moved)


def commit_durably() -> None:
    """Have the present transaction on disk when its commit returns, however the server is set.

    With `synchronous_commit = off` a crash of the server could forget that a call has left.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', true) "
            "WHERE current_setting('synchronous_commit') = 'off'"
        )


@transaction.atomic
def withdraw(*, claim: Claim, error: JSON) -> bool:
    """Fail a claimed attempt whose call cannot be built; nothing was sent, the hold is released."""
    generation = lock(claim)
    attempt = claim.attempts(Attempt.State.RESERVED).select_related("hold").first()
    if attempt is None:
        return False
    give_up(claim=claim, generation=generation, attempt=attempt, error=error)
    return True


def may_be_cached(attempt: Attempt) -> bool:
    """Say whether the gateway's cache may hold an answer of the attempt's own generation.

    That is so only when an earlier call of it may have reached the provider.
    """
    generation = attempt.generation
    earlier = generation.attempts.filter(number__lt=attempt.number)
    return not generation.skips_cache and earlier.may_have_reached_the_provider().exists()


def give_up(*, claim: Claim, generation: Generation, attempt: Attempt, error: JSON) -> None:
    """Fail a locked generation that was never sent; its hold is released."""
    claim.attempts(Attempt.State.RESERVED).update(state=Attempt.State.RELEASED, error=error)
    release(hold=attempt.hold)
    finish(generation, State.FAILED)


def release_unsent(generation: Generation, *, error: JSON | None = None) -> bool:
    """Release the attempt that was not sent, and its hold; say whether there was one."""
    attempt = (
        generation.attempts.filter(state=Attempt.State.RESERVED).select_related("hold").first()
    )
    if attempt is None:
        return False
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.RELEASED, error=error)
    release(hold=attempt.hold)
    return True


def finish(
    generation: Generation, state: State, *more: Happening, image: Image | None = None
) -> None:
    """Move a running (or late) generation to its end, let others in, and tell.

    A picture completes it, however it ended before.
    """
    before = [State.QUEUED, State.RUNNING, State.UNKNOWN]
    if state == State.COMPLETED:
        before += [State.FAILED, State.REFUSED, State.CANCELLED]
    ended = Generation.objects.filter(pk=generation.pk, state__in=before)
    changes: dict[str, object] = {"state": state, "ended_at": Now()}
    if image is not None:
        changes["image"] = Coalesce(F("image"), image.pk)
    moved = ended.update(**changes)
    admit()
    record(*more, *([happening(state.value, generation)] if moved else []))

"""The life of one attempt, as its worker moves it: claim, sent, and each way to end.

Every move carries the attempt's id and epoch. A worker whose epoch is no longer the attempt's
has been replaced; its moves match no row and it stops. Within a transaction money moves first,
admission follows, events come last: so that two transactions never wait for each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from generations.models import Attempt, AttemptImage, Generation, State
from generations.services.admission import MAY_GENERATE, admit
from generations.services.happenings import happening
from imagestudio.events.services import Happening, record
from imagestudio.library.models import Image
from imagestudio.library.services.results import Made, Parent, StoredResult, add_generated
from imagestudio.money.models import BudgetPeriod, Hold, LedgerEntry
from imagestudio.money.services import adjust, release, settle

# To read the sources and make them smaller, before `sent`, behind those of all other calls. That a
# worker has died is known by its heartbeat long before.
CLAIM = timedelta(minutes=15)
CALL = timedelta(seconds=480)  # the gateway's total of 420, and a minute to fetch the result

JSON = Mapping[str, object]
BILLABLE = (Attempt.State.SENT, Attempt.State.UNKNOWN, Attempt.State.WRITTEN_OFF)


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

    It may not when the claim lapsed, a person cancelled, the standing fell, or the month's limit
    was lowered below what is held and spent. In the last two cases the generation fails.
    """
    generation = lock(claim)
    reserved = claim.attempts(Attempt.State.RESERVED).filter(generation__state=State.RUNNING)
    attempt = reserved.select_related("hold").first()
    if attempt is None:
        return False
    if {generation.account.standing, generation.user.standing} - {str(s) for s in MAY_GENERATE}:
        give_up(claim=claim, generation=generation, attempt=attempt, error={"code": "standing"})
        return False
    if not within_limits(attempt.hold):
        give_up(claim=claim, generation=generation, attempt=attempt, error={"code": "budget"})
        return False
    moved = reserved.update(state=Attempt.State.SENT, sent_at=Now(), deadline_at=Now() + CALL)
    if moved:
        record(happening("sent", generation))
    return bool(moved)


@transaction.atomic
def withdraw(*, claim: Claim, error: JSON) -> bool:
    """Fail a claimed attempt whose call cannot be built; nothing was sent, the hold is released."""
    generation = lock(claim)
    attempt = claim.attempts(Attempt.State.RESERVED).select_related("hold").first()
    if attempt is None:
        return False
    give_up(claim=claim, generation=generation, attempt=attempt, error=error)
    return True


def within_limits(hold: Hold) -> bool:
    """Say whether what is held and spent stays within the limits, with their rows locked."""
    periods = BudgetPeriod.objects.select_for_update(no_key=True).filter(
        pk__in=[hold.period_id, *filter(None, [hold.member_period_id])]
    )
    return all(
        period.limit is None or period.held + period.settled <= period.limit
        for period in periods.order_by("id")
    )


def give_up(*, claim: Claim, generation: Generation, attempt: Attempt, error: JSON) -> None:
    """Fail a locked generation that was never sent; its hold is released."""
    claim.attempts(Attempt.State.RESERVED).update(state=Attempt.State.RELEASED, error=error)
    release(hold=attempt.hold)
    finish(generation, State.FAILED)


def release_unsent(generation: Generation) -> bool:
    """Release the attempt that was not sent, and its hold; say whether there was one."""
    attempt = (
        generation.attempts.filter(state=Attempt.State.RESERVED).select_related("hold").first()
    )
    if attempt is None:
        return False
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.RELEASED)
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


@transaction.atomic
def note_answer(*, claim: Claim, answer: JSON, log_id: str, key_source: str) -> None:
    """Keep what the gateway answered before anything is done with it (addresses included)."""
    generation = lock(claim)
    noted = claim.attempts(*BILLABLE).update(
        answer=answer, answered_at=Now(), gateway_log_id=log_id[:100], key_source=key_source[:100]
    )
    if noted:
        record(happening("answered", generation))


def lost(*, attempt_id: UUID) -> tuple[Claim | None, JSON]:
    """Return the right to move an attempt that was answered and lost, and the answer.

    None, and no answer, where it is none (any more).
    """
    attempt = Attempt.objects.lost().filter(pk=attempt_id).first()
    if attempt is None:
        return None, {}
    return Claim(attempt.generation_id, attempt.pk, attempt.epoch), attempt.answer or {}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A picture that came back, stored under its key and verified."""

    position: int
    stored: StoredResult


@transaction.atomic
def complete(*, claim: Claim, deliveries: Sequence[Delivery], cost: int | None = None) -> bool:
    """Keep the pictures of an answered call, book its cost, and finish the generation.

    `cost` is in micro-dollars (None: the estimate; 0 for an answer from the gateway's cache).
    A result that comes late, after `unknown` or after it was written off, is kept just the same.
    Says whether anything was done: a second delivery of the same result does nothing.
    """
    generation = lock(claim)
    attempt = claim.attempts(*BILLABLE).select_related("hold").first()
    if attempt is None:
        return False
    amount = attempt.estimate if cost is None else cost
    images = keep_images(generation=generation, attempt=attempt, deliveries=deliveries)
    release_unsent(generation)  # another try that a late picture has made needless
    claim.attempts(*BILLABLE).update(state=Attempt.State.SUCCEEDED, cost=amount, error=None)
    book(attempt=attempt, amount=amount)
    finish(
        generation,
        State.COMPLETED,
        *(
            Happening(generation.account_id, "image.created", {"image": str(image.pk)})
            for image in images
        ),
        image=images[0],
    )
    return True


def book(*, attempt: Attempt, amount: int) -> None:
    """Settle a hold, or correct what was written off when the picture came after all."""
    if attempt.state == Attempt.State.WRITTEN_OFF:
        given_up = LedgerEntry.objects.get(hold=attempt.hold, kind=LedgerEntry.Kind.WRITE_OFF)
        difference = amount - given_up.amount
        adjust(hold=attempt.hold, difference=difference, basis=LedgerEntry.Basis.ESTIMATE)
    else:
        settle(hold=attempt.hold, amount=amount)


def keep_images(
    *, generation: Generation, attempt: Attempt, deliveries: Sequence[Delivery]
) -> list[Image]:
    """Return the images of what came back, each with its derivations."""
    made = Made(
        prompt=generation.prompt,
        model=generation.model,
        quality=str(generation.parameters["quality"]),
        size=str(generation.parameters["size"]),
    )
    sources = generation.sources.select_related("image")
    parents = [Parent(source.image, source.position, source.role) for source in sources]
    images = []
    for delivery in deliveries:
        image = add_generated(
            account=generation.account,
            user=generation.user,
            stored=delivery.stored,
            made=made,
            parents=parents,
        )
        AttemptImage.objects.create(attempt=attempt, position=delivery.position, image=image)
        images.append(image)
    return images


def told(error: JSON) -> dict[str, object]:
    """Return the columns that a failure fills: what is known of it, and the log's name for it."""
    named = str(error.get("log_id") or "")[:100]
    return {"error": error} | ({"gateway_log_id": named} if named else {})


@transaction.atomic
def fail(*, claim: Claim, error: JSON, skips_cache: bool = False) -> bool:
    """End a call that was certainly not billed: the hold is released. Says whether it was so."""
    generation = lock(claim)
    attempt = claim.attempts(Attempt.State.SENT).select_related("hold").first()
    if attempt is None:
        return False
    claim.attempts(Attempt.State.SENT).update(state=Attempt.State.FAILED, **told(error))
    release(hold=attempt.hold)
    if skips_cache:
        Generation.objects.filter(pk=generation.pk).update(skips_cache=True)
    finish(generation, State.FAILED)
    return True


@transaction.atomic
def refuse(*, claim: Claim, error: JSON) -> bool:
    """End a call that a safety system refused; it may have been billed, so the hold stays."""
    generation = lock(claim)
    if not claim.attempts(Attempt.State.SENT).update(state=Attempt.State.REFUSED, **told(error)):
        return False
    finish(generation, State.REFUSED)
    return True


def write_off(generation: Generation) -> None:
    """Give up the money of calls whose outcome nobody knows: their estimate counts as spent."""
    lost = generation.attempts.select_for_update(of=("self",)).filter(state=Attempt.State.UNKNOWN)
    for attempt in lost.select_related("hold"):
        Attempt.objects.filter(pk=attempt.pk).update(
            state=Attempt.State.WRITTEN_OFF, cost=attempt.estimate
        )
        settle(hold=attempt.hold, amount=attempt.estimate, kind=LedgerEntry.Kind.WRITE_OFF)


@transaction.atomic
def lose(*, claim: Claim, error: JSON) -> bool:
    """End a call of which nobody knows whether it was billed. It is never sent again by itself.

    Where a late picture has completed the generation meanwhile, there is nothing left to decide:
    its money is written off at once.
    """
    generation = lock(claim)
    if not claim.attempts(Attempt.State.SENT).update(state=Attempt.State.UNKNOWN, **told(error)):
        return False
    if generation.state == State.COMPLETED:
        write_off(generation)
    finish(generation, State.UNKNOWN)
    return True

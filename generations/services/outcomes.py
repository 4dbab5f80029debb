"""How a call ends: a picture, a refusal, a failure that cost nothing, or nobody knows.

As in `attempts`, every move carries the attempt's id and epoch, and looks at the row count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from generations.models import Attempt, AttemptImage, Generation, State
from generations.services import alarms, circuits
from generations.services.attempts import JSON, Claim, finish, lock, release_unsent
from generations.services.happenings import happening
from imagestudio.events.services import Happening, record
from imagestudio.library.models import Image
from imagestudio.library.services.files import arrivals
from imagestudio.library.services.results import Made, Parent, StoredResult, add_generated
from imagestudio.moderation.models import Screening, Signal
from imagestudio.moderation.services.classifying.pictures import ask_later, wants_result
from imagestudio.moderation.services.signals import record_signal
from imagestudio.money.models import Hold, LedgerEntry
from imagestudio.money.services import adjust, release, settle

Basis = LedgerEntry.Basis

# States in which a picture may still come, and is kept.
BILLABLE = (
    Attempt.State.SENT,
    Attempt.State.UNKNOWN,
    Attempt.State.WRITTEN_OFF,
    Attempt.State.NOT_BILLED,
)
# How soon the gateway's log is asked what a call has cost, or what became of it.
COST_AFTER = timedelta(seconds=60)
DOUBT_AFTER = timedelta(seconds=5)
RESPONSE_BLOCKED = "2017"  # the code of guardrails that have seen the picture


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

    `cost` is in micro-dollars, 0 for an answer from the gateway's cache; None for what the
    gateway's log said already, or else the estimate, until the log is asked.
    A result that comes late, after `unknown` or after it was written off, is kept just the same.
    Says whether anything was done: a second delivery of the same result does nothing.
    """
    generation = lock(claim)
    attempt = claim.attempts(*BILLABLE).select_related("hold").first()
    if attempt is None:
        return False
    logged = attempt.logged_cost if cost is None else None
    amount = next(known for known in (cost, logged, attempt.estimate) if known is not None)
    images = keep_images(generation=generation, attempt=attempt, deliveries=deliveries)
    is_estimate = cost is None and logged is None
    claim.attempts(*BILLABLE).update(
        state=Attempt.State.SUCCEEDED,
        cost=amount,
        error=None,
        looks=0,
        look_at=Now() + COST_AFTER if is_estimate else None,
    )
    book(
        attempt=attempt,
        amount=amount,
        basis=Basis.ESTIMATE if is_estimate else Basis.GATEWAY_LOG,
    )
    # Other tries that a late picture has made needless; a younger hold's months are locked later.
    write_off(generation)
    release_unsent(generation)
    if attempt.state == Attempt.State.SENT and cost is None:
        circuits.note_success(model=generation.model)
        alarms.resolve(*alarms.OVER_WITH_A_PICTURE)
    finish(
        generation,
        State.COMPLETED,
        *news_of(generation, images),
        image=images[0],
    )
    return True


def book(*, attempt: Attempt, amount: int, basis: str) -> None:
    """Settle the attempt's hold at this amount, or correct what was booked for it before.

    It was booked before when it was written off, or given back and turned out to be billed.
    """
    if attempt.hold.state == Hold.State.HELD:
        settle(hold=attempt.hold, amount=amount, basis=basis)
    else:
        adjust(hold=attempt.hold, difference=amount - (attempt.cost or 0), basis=basis)


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
            is_filtered=is_filtered(generation),
        )
        AttemptImage.objects.create(attempt=attempt, position=delivery.position, image=image)
        images.append(image)
        if wants_result():
            ask_later(image)
    return images


def is_filtered(generation: Generation) -> bool:
    """Say whether what is made of a generation's words stays from others until somebody looks."""
    said = generation.screening
    return said is not None and said.verdict == Screening.Verdict.FILTER


def news_of(generation: Generation, images: Sequence[Image]) -> list[Happening]:
    """Return the events of a generation's new images, to be recorded last."""
    news = [one for image in images for one in arrivals(image)]
    if is_filtered(generation):
        named = {"screening": str(generation.screening_id)}
        news += [
            Happening(image.account_id, "image.filtered", {"image": str(image.pk), **named})
            for image in images
        ]
    return news


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
    alarms.ring_for(error)
    if skips_cache:
        Generation.objects.filter(pk=generation.pk).update(skips_cache=True)
    finish(generation, State.FAILED)
    return True


@transaction.atomic
def refuse(*, claim: Claim, error: JSON) -> bool:
    """End a call that a safety system refused; it may have been billed, so the hold stays.

    Until the gateway's log says so, or a quarter of an hour has passed.
    """
    generation = lock(claim)
    sent = claim.attempts(Attempt.State.SENT)
    if not sent.update(state=Attempt.State.REFUSED, look_at=Now() + DOUBT_AFTER, **told(error)):
        return False
    record_signal(user=generation.user, account=generation.account, kind=kind_of(error))
    finish(generation, State.REFUSED)
    return True


def kind_of(error: JSON) -> Signal.Kind:
    """Return whether a safety system refused a request, or what had been made of it."""
    said = f"{error.get('message') or ''} {error.get('raw') or ''}".lower()
    is_late = str(error.get("gateway_code")) == RESPONSE_BLOCKED or "stage: output" in said
    return Signal.Kind.REFUSED_OUTPUT if is_late else Signal.Kind.REFUSED_INPUT


def write_off(generation: Generation) -> None:
    """Give up the money of calls whose outcome nobody knows; it counts as spent.

    The estimate, or what the gateway's log says where it knows no more than the cost. The log
    goes on being asked: what it says later corrects the amount.
    """
    lost = generation.attempts.select_for_update(of=("self",)).filter(state=Attempt.State.UNKNOWN)
    for attempt in lost.select_related("hold"):
        logged = attempt.logged_cost
        amount = attempt.estimate if logged is None else logged
        Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.WRITTEN_OFF, cost=amount)
        settle(
            hold=attempt.hold,
            amount=amount,
            kind=LedgerEntry.Kind.WRITE_OFF,
            basis=Basis.ESTIMATE if logged is None else Basis.GATEWAY_LOG,
        )


@transaction.atomic
def lose(*, claim: Claim, error: JSON) -> bool:
    """End a call of which nobody knows whether it was billed. It is never sent again by itself.

    Where a late picture has completed the generation meanwhile, there is nothing left to decide:
    its money is written off at once.
    """
    generation = lock(claim)
    sent = claim.attempts(Attempt.State.SENT)
    if not sent.update(state=Attempt.State.UNKNOWN, look_at=Now() + DOUBT_AFTER, **told(error)):
        return False
    if generation.state == State.COMPLETED:
        write_off(generation)
    circuits.note_failure(model=generation.model, code=str(error.get("code")))
    finish(generation, State.UNKNOWN)
    return True

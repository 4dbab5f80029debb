"""What a person can do with a generation: cancel, retry or run again, dismiss."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from generations.exceptions import NoSuchGeneration, PromptBlocked, StateForbids
from generations.models import OPEN_STATES, Generation, State
from generations.services.admission import admit
from generations.services.attempts import release_unsent
from generations.services.circuits import require_closed
from generations.services.happenings import happening
from generations.services.outcomes import write_off
from generations.services.requests import reserve
from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import record
from imagestudio.moderation.models import Screening
from imagestudio.moderation.services.classifying.weighing import heard_before
from imagestudio.moderation.services.screening import refusal_of, screen
from imagestudio.moderation.services.signals import require_calm

ENDED_BADLY = (State.FAILED, State.REFUSED, State.UNKNOWN)


def locked(*, membership: Membership, generation_id: UUID) -> Generation:
    """Return the account's generation with its row locked. Raises NoSuchGeneration, RoleTooLow."""
    require(Deed.GENERATE, membership)
    generation = (
        Generation.objects.owned_by(membership.account)
        .select_for_update(of=("self",))
        .select_related("account", "user", "screening")
        .filter(pk=generation_id)
        .first()
    )
    if generation is None:
        raise NoSuchGeneration("There is no such generation in this account.")
    return generation


@transaction.atomic
def cancel(*, membership: Membership, generation_id: UUID) -> Generation:
    """Return the generation, cancelled if its call has not left yet; its money is given back.

    After `sent` the wish to cancel is only noted: the call cannot be taken back, and what arrives
    is kept, because it was paid for. Raises StateForbids once it has ended, but for a second
    cancel, which changes nothing.
    """
    generation = locked(membership=membership, generation_id=generation_id)
    if generation.state == State.CANCELLED or (
        generation.state == State.RUNNING and generation.cancel_requested_at
    ):
        return generation
    if generation.state not in OPEN_STATES:
        raise StateForbids("It has ended already; there is nothing to cancel.")
    unsent = release_unsent(generation)
    generation.cancel_requested_at = Now()
    fields = ["cancel_requested_at"]
    if unsent:
        generation.state = State.CANCELLED
        generation.ended_at = Now()
        fields += ["state", "ended_at"]
    generation.save(update_fields=fields)
    admit()
    record(happening("cancelled" if unsent else "cancelling", generation))
    generation.refresh_from_db()
    return generation


def retry(*, membership: Membership, generation_id: UUID) -> Generation:
    """Return a generation that ended badly, queued again with a new attempt and a new hold.

    Running an unknown one again gives up the old call: its estimate is written off, and a picture
    that still comes back is kept. Its prompt is screened anew. Raises StateForbids,
    BudgetExceeded, GatewayResting, CoolingDown, and PromptBlocked, of which a trace stays.
    """
    with transaction.atomic():
        generation = locked(membership=membership, generation_id=generation_id)
        if generation.state not in ENDED_BADLY:
            raise StateForbids("Only what failed, was refused or got lost can be tried again.")
        if generation.sources.filter(file=None).exists():
            raise StateForbids("One of its sources was removed from the library for good.")
        require_closed(model=generation.model)
        require_calm(membership.user)
        screening = screen(
            account=generation.account,
            user=membership.user,
            text=generation.prompt,
            heard=heard_before(generation.screening),
        )
        if screening.verdict != Screening.Verdict.BLOCK:
            generation.screening = screening
            return queue_again(generation)
    raise PromptBlocked(refusal_of(screening))


def queue_again(generation: Generation) -> Generation:
    """Return a locked generation that ended badly, with a new attempt and its hold."""
    write_off(generation)
    last = generation.attempts.order_by("-number").values_list("number", flat=True).first() or 0
    reserve(
        generation=generation,
        user=generation.user,
        number=last + 1,
        sources=generation.sources.count(),
    )
    generation.state = State.QUEUED
    generation.admitted_at = generation.started_at = generation.ended_at = None
    generation.cancel_requested_at = generation.dismissed_at = None
    generation.save(
        update_fields=[
            "state",
            "screening",
            "admitted_at",
            "started_at",
            "ended_at",
            "cancel_requested_at",
            "dismissed_at",
        ]
    )
    admit()
    record(happening("queued", generation))
    return generation


@transaction.atomic
def dismiss(*, membership: Membership, generation_id: UUID) -> Generation:
    """Return a generation that ended badly, out of sight from now on.

    Dismissing an unknown one books its estimate as written off, which counts as spent. Raises
    StateForbids for other states; a second dismissal changes nothing.
    """
    generation = locked(membership=membership, generation_id=generation_id)
    if generation.state not in ENDED_BADLY:
        raise StateForbids("Only what failed, was refused or got lost can be dismissed.")
    if generation.dismissed_at is None:
        write_off(generation)
        generation.dismissed_at = Now()
        generation.save(update_fields=["dismissed_at"])
        record(happening("dismissed", generation))
        generation.refresh_from_db()
    return generation

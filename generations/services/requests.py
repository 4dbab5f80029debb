"""A wish for pictures: from a checked request to generations with attempts and holds."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from generations import catalogue, prices
from generations.catalogue import Parameters
from generations.exceptions import NoSuchGeneration, PromptBlocked, RequestInvalid
from generations.line import Kind
from generations.models import Attempt, Batch, Generation, Source
from generations.services.admission import admit
from generations.services.circuits import require_closed
from generations.services.happenings import happening
from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError
from imagestudio.events.services import record
from imagestudio.library.exceptions import SourceMissing
from imagestudio.library.models import Image
from imagestudio.library.services.files import hold_files
from imagestudio.library.services.uploads import (
    Prepared,
    Received,
    Upload,
    happenings,
    keep_uploads,
    prepared,
    refuse_held,
)
from imagestudio.moderation.models import Screening
from imagestudio.moderation.services.classifying.asking import Heard, ask
from imagestudio.moderation.services.screening import refusal_of, screen
from imagestudio.moderation.services.signals import require_calm
from imagestudio.money.services import refusals_noted, take_hold

MOST_AT_ONCE = 16  # generations in one request


@dataclass(frozen=True, slots=True)
class SourceWish:
    """A source of a wish: an image of the library, or bytes that enter it with the request."""

    image_id: UUID | None = None
    received: Received | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for; every picture of it is one generation and one call."""

    prompt: str
    model: str
    parameters: Parameters
    sources: Sequence[SourceWish] = ()
    count: int = 1
    parent_id: UUID | None = None

    @property
    def kind(self) -> Kind:
        """Return what the time of its calls depends on."""
        return Kind(catalogue.find(self.model).id, self.parameters.quality, len(self.sources))


def request_generations(*, membership: Membership, wish: Wish) -> Batch:
    """Return a new batch of generations, each with an attempt whose money is held, or nothing.

    Raises RequestInvalid (parameters, `fields` says which), SourceMissing, NoSuchGeneration (the
    parent), PromptBlocked, BudgetExceeded, RoleTooLow, StandingTooLow, GatewayResting,
    CoolingDown, and the errors of `imaging` for bytes that came with the request; then nothing is
    stored and no money is held.
    """
    with checked(membership=membership, wish=wish) as make:
        return make()


@contextmanager
def checked(*, membership: Membership, wish: Wish) -> Iterator[Callable[[], Batch]]:
    """Check a wish, store the bytes that came with it, and hand over what makes its batch.

    For callers with a transaction of their own around the making: checking decodes pictures and
    asks the classifier, which takes long, and comes before it. What was stored is removed again
    unless the batch is made. Both steps together raise what `request_generations` raises.
    """
    require(Deed.GENERATE, membership)
    check(wish)
    require_calm(membership.user)
    require_closed(model=catalogue.find(wish.model).id)
    heard = ask(wish.prompt)
    inline = [source.received for source in wish.sources if source.received]
    with prepared(account=membership.account, received=inline) as uploads, refusals_noted():
        yield partial(make_batch, membership=membership, wish=wish, uploads=uploads, heard=heard)


def make_batch(
    *,
    membership: Membership,
    wish: Wish,
    uploads: Sequence[Prepared],
    heard: Heard | None = None,
) -> Batch:
    """Screen a checked wish and return its batch.

    Raises PromptBlocked, of which a trace stays, and PictureHeld, of which the pictures stay.
    """
    account, user = membership.account, membership.user
    with transaction.atomic():
        screening = screen(account=account, user=user, text=wish.prompt, heard=heard)
        is_blocked = screening.verdict == Screening.Verdict.BLOCK
        if not is_blocked:
            new = keep_uploads(account=account, user=user, uploads=uploads)
            if not any(one.image.is_hidden for one in new):
                return create_batch(
                    membership=membership, wish=wish, uploads=new, screening=screening
                )
            record(*happenings(new))
    if not is_blocked:
        refuse_held(new)
    raise PromptBlocked(refusal_of(screening))


def check(wish: Wish) -> None:
    """Do nothing if the wish is one that its model can fulfil. Raises RequestInvalid."""
    problems = catalogue.validate(
        catalogue.find(wish.model),
        wish.parameters,
        source_count=len(wish.sources),
        prompt=wish.prompt,
    )
    if not 1 <= wish.count <= MOST_AT_ONCE:
        problems.append(
            FieldError("count", "out_of_range", f"Ask for 1 to {MOST_AT_ONCE} pictures at once.")
        )
    if problems:
        raise RequestInvalid(" ".join(one.message for one in problems), fields=problems)


def create_batch(
    *,
    membership: Membership,
    wish: Wish,
    uploads: Sequence[Upload],
    screening: Screening,
) -> Batch:
    """Write the rows of a wish: sources, generations, attempts and holds; admit; tell."""
    account, user = membership.account, membership.user
    parent = parent_of(account=account, wish=wish)
    images = source_images(account=account, wish=wish, uploads=uploads)
    batch = Batch.objects.create(account=account, user=user)
    generations = [
        Generation(
            account=account,
            batch=batch,
            user=user,
            model=catalogue.find(wish.model).id,
            prompt=wish.prompt,
            parameters=asdict(wish.parameters),
            parent=parent,
            screening=screening,
        )
        for _ in range(wish.count)
    ]
    Generation.objects.bulk_create(generations)
    Source.objects.bulk_create(
        Source(
            generation=generation,
            position=position,
            image=image,
            file=image.file,
            role=source.role,
        )
        for generation in generations
        for position, (source, image) in enumerate(zip(wish.sources, images, strict=True), 1)
    )
    for generation in generations:
        reserve(generation=generation, user=user, number=1, sources=len(images))
    admit()
    record(*happenings(uploads), *(happening("queued", generation) for generation in generations))
    return batch


def parent_of(*, account: Account, wish: Wish) -> Generation | None:
    """Return the generation that the wish was made from. Raises NoSuchGeneration."""
    if wish.parent_id is None:
        return None
    parent = Generation.objects.owned_by(account).filter(pk=wish.parent_id).first()
    if parent is None:
        raise NoSuchGeneration("The generation to start from is not in this account.")
    return parent


def source_images(*, account: Account, wish: Wish, uploads: Sequence[Upload]) -> list[Image]:
    """Return the images of a wish's sources in their order, those that came with it included.

    Their files stay until the transaction ends. Raises SourceMissing.
    """
    found = library_images(account=account, sources=wish.sources)
    there = hold_files(image.file_id for image in found.values() if image.file_id)
    require_all(wish.sources, {key for key, image in found.items() if image.file_id in there})
    new = iter(uploads)
    return [
        found[source.image_id] if source.image_id else next(new).image for source in wish.sources
    ]


def library_images(*, account: Account, sources: Sequence[SourceWish]) -> dict[UUID, Image]:
    """Return the images of the library that some sources name, by their ids.

    Raises SourceMissing, alike for an image of somebody else and for one that does not exist.
    """
    wanted = [source.image_id for source in sources if source.image_id]
    images = Image.objects.owned_by(account).kept().select_related("file").filter(pk__in=wanted)
    found = {image.pk: image for image in images}
    require_all(sources, found)
    return found


def require_all(sources: Sequence[SourceWish], found: Collection[UUID]) -> None:
    """Do nothing if all images that these sources name were found. Raises SourceMissing."""
    missing = [
        FieldError(f"sources.{index}", "not_found", f"Image {index + 1} is not in the library.")
        for index, source in enumerate(sources)
        if source.image_id and source.image_id not in found
    ]
    if missing:
        raise SourceMissing("A source is not in this account's library.", fields=missing)


def reserve(
    *, generation: Generation, user: User, number: int, sources: int, resends: int = 0
) -> Attempt:
    """Return a new attempt of a generation together with its hold. Raises BudgetExceeded."""
    model = catalogue.find(generation.model)
    parameters = Parameters(**generation.parameters)
    upper_bound = prices.hold_amount(
        model, parameters, prompt=generation.prompt, source_count=sources
    )
    estimate = prices.estimate(model, parameters, prompt=generation.prompt, source_count=sources)
    key = uuid7()
    hold = take_hold(
        account=generation.account,
        user=user,
        attempt_id=key,
        amount=upper_bound,
        model=generation.model,
    )
    return Attempt.objects.create(
        id=key,
        generation=generation,
        number=number,
        hold=hold,
        estimate=estimate.total,
        resends=resends,
    )

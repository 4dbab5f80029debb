"""What the composer shows: what it begins with, its sources, its price, what will be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from generations import catalogue, prices
from generations.allowances import allowances, room_for_sources
from generations.catalogue import Model
from generations.exceptions import NoSuchGeneration
from generations.models import Generation
from generations.services.outlooks import expected_of
from generations.services.requests import SourceWish, Wish, check
from imagestudio.accounts.models import Account
from imagestudio.errors import Invalid
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.models import MAX_POSITION, Image

Mode = Literal["draft", "replace", "add"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An image chosen as a source, with its role."""

    image: Image
    role: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """What the composer begins with.

    `mode` says what becomes of a draft that the browser kept: it goes on (`draft`), is replaced,
    or these sources are added to it.
    """

    mode: Mode = "draft"
    initial: dict[str, Any] = field(default_factory=dict)
    sources: Sequence[Chosen] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """An estimate in micro-dollars for so many pictures, and the verb for making them.

    `seconds` are those until all of them can be expected, None where nothing was measured.
    """

    total: int | None
    count: int
    verb: str
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One source as it will leave: its size in bytes as stored, and in bytes as sent at most."""

    chosen: Chosen
    stored: int
    most: int

    @property
    def is_smaller(self) -> bool:
        """Say whether a smaller copy will be sent."""
        return self.most < self.stored


def chosen_sources(*, account: Account, wishes: Sequence[SourceWish]) -> list[Chosen]:
    """Return the images of these wishes that are in the account's library, in their order."""
    keys = [wish.image_id for wish in wishes if wish.image_id]
    found = Image.objects.owned_by(account).kept().select_related("file").in_bulk(keys)
    return [
        Chosen(found[wish.image_id], wish.role)
        for wish in wishes
        if wish.image_id and wish.image_id in found
    ][:MAX_POSITION]


def start_from(*, account: Account, again: str | None, edit: str | None, add: str | None) -> Start:
    """Return what an address asks the composer to begin with.

    `again` is a generation to reuse with everything, `edit` an image to make a new edit of, `add`
    one to put with what is there. Raises NoSuchGeneration, NoSuchImage.
    """
    if again:
        return reused(account=account, key=again)
    if edit or add:
        key = as_key(edit or add)
        found = Image.objects.owned_by(account).kept().filter(pk=key).first() if key else None
        if found is None:
            raise NoSuchImage("There is no such picture in this library.")
        return Start(mode="replace" if edit else "add", sources=[Chosen(found)])
    return Start()


def reused(*, account: Account, key: str) -> Start:
    """Return a start with everything that a generation was made of."""
    found = as_key(key)
    mine = Generation.objects.owned_by(account)
    generation = mine.filter(pk=found).first() if found else None
    if generation is None:
        raise NoSuchGeneration("There is no such generation in this account.")
    wishes = [SourceWish(image_id=one.image_id, role=one.role) for one in generation.sources.all()]
    return Start(
        mode="replace",
        initial={
            "prompt": generation.prompt,
            "model": generation.model,
            "parent": generation.pk,
            **generation.parameters,
        },
        sources=chosen_sources(account=account, wishes=wishes),
    )


def as_key(text: str | None) -> UUID | None:
    """Return a text of an address as a key, None when it is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def price_of(wish: Wish, *, account: Account) -> Price:
    """Return what a wish will probably cost; `total` None while it is not one that can be made."""
    verb = "Edit" if wish.sources else "Create"
    try:
        check(replace(wish, prompt=wish.prompt.strip() or "-"))
    except Invalid:
        return Price(None, wish.count, verb)
    one = prices.estimate(
        catalogue.find(wish.model),
        wish.parameters,
        prompt=wish.prompt,
        source_count=len(wish.sources),
    )
    seconds = expected_of(account=account, kind=wish.kind, count=wish.count)
    return Price(one.total * wish.count, wish.count, verb, seconds)


def sent_sources(*, sources: Sequence[Chosen], prompt: str) -> list[Sent]:
    """Return how the sources will leave, so that all of them fit into one call."""
    files = [one.image.file for one in sources]
    sizes = [file.bytes if file else 0 for file in files]
    if not sizes:
        return []
    room = room_for_sources(prompt)
    return [
        Sent(one, stored, most)
        for one, stored, most in zip(sources, sizes, allowances(sizes, total=room), strict=True)
    ]


def sent_input(wish: Wish) -> dict[str, str]:
    """Return the parameters as the gateway gets them, without prompt and pictures."""
    wanted = catalogue.wire_input(catalogue.find(wish.model), wish.parameters, wish.prompt)
    return {name: value for name, value in wanted.items() if name != "prompt"}


def remarks(model: Model, asked: dict[str, Any]) -> list[str]:
    """Return sentences about the chosen model: first what was asked for and it cannot do."""
    refused = [
        refusal.message for refusal in model.refusals if asked.get(refusal.field) == refusal.value
    ]
    return [*refused, *model.notes]

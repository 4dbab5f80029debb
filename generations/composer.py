"""What the composer shows: what it begins with, its sources, its price, what will be sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from django.conf import settings

from generations import catalogue, prices
from generations.allowances import allowances, room_for_sources
from generations.catalogue import Model
from generations.exceptions import NoSuchGeneration, NoSuchPreset, NoSuchSourceSet
from generations.models import Generation, Preset, SourceSet
from generations.pictures import generation_of
from generations.services.outlooks import expected_of
from generations.services.requests import SourceWish, Wish, check
from imagestudio.accounts.models import Account
from imagestudio.errors import Invalid
from imagestudio.library.exceptions import NoSuchImage, NoSuchPublication
from imagestudio.library.explore import exhibit, public_picture
from imagestudio.library.models import MAX_POSITION, Image

Mode = Literal["draft", "replace", "add", "preset"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An image chosen as a source, with its role; `image` is None when the library lacks it."""

    key: UUID
    image: Image | None
    role: str = ""
    is_in_trash: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """What the composer begins with.

    `mode` says what becomes of a draft that the browser kept: it goes on (`draft`), is replaced,
    these sources are added to it (`add`), or this prompt and these parameters (`preset`).
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
    """Return the images of these wishes in their order, those that the library lacks included.

    An image in the trash of the account is said to be there; any other that its library does not
    show is only lacking, alike for one of somebody else and for one that never was.
    """
    keys = [wish.image_id for wish in wishes if wish.image_id][:MAX_POSITION]
    mine = Image.objects.owned_by(account)
    found = mine.kept().select_related("file").in_bulk(keys)
    trashed = set() if len(found) == len(set(keys)) else set(mine.in_trash().in_bulk(keys))
    return [
        Chosen(
            key=wish.image_id,
            image=found.get(wish.image_id),
            role=wish.role,
            is_in_trash=wish.image_id in trashed,
        )
        for wish in wishes
        if wish.image_id
    ][:MAX_POSITION]


def start_from(*, account: Account, asked: Mapping[str, str]) -> Start:
    """Return what an address asks the composer to begin with, by the first name it has of these.

    `from` is a generation to reuse with everything, `reuse` an image to do that with, `source` one
    to make a new edit of, `add` one to put with what is there, as are `preset` and `set` (of
    sources); `remix` is a public picture whose prompt is shown. Raises NoSuchGeneration,
    NoSuchImage, NoSuchPreset, NoSuchSourceSet, NoSuchPublication.
    """
    beginnings: dict[str, Callable[[Account, UUID | None], Start]] = {
        "from": from_generation,
        "reuse": from_picture,
        "source": from_source,
        "add": with_source,
        "preset": with_preset,
        "set": with_source_set,
        "remix": from_public_picture,
    }
    for name, begin in beginnings.items():
        if asked.get(name):
            return begin(account, as_key(asked[name]))
    return Start()


def from_source(account: Account, key: UUID | None) -> Start:
    """Return a start with one picture to edit and nothing else."""
    image = picture_of(account, key)
    return Start(mode="replace", sources=[Chosen(image.pk, image)])


def with_source(account: Account, key: UUID | None) -> Start:
    """Return a start that adds a picture to the draft."""
    image = picture_of(account, key)
    return Start(mode="add", sources=[Chosen(image.pk, image)])


def with_preset(account: Account, key: UUID | None) -> Start:
    """Return a start that puts a preset's prompt and parameters to the draft."""
    preset = Preset.objects.owned_by(account).kept().filter(pk=key).first() if key else None
    if preset is None:
        raise NoSuchPreset("There is no such preset in this account.")
    parameters = {"model": preset.model, **preset.parameters} if preset.model else {}
    return Start(mode="preset", initial={"prompt": preset.prompt, **parameters})


def with_source_set(account: Account, key: UUID | None) -> Start:
    """Return a start that adds the sources of a set to the draft."""
    sets = SourceSet.objects.owned_by(account).kept().prefetch_related("items")
    found = sets.filter(pk=key).first() if key else None
    if found is None:
        raise NoSuchSourceSet("There is no such source set in this account.")
    wishes = [SourceWish(image_id=one.image_id, role=one.role) for one in found.items.all()]
    return Start(mode="add", sources=chosen_sources(account=account, wishes=wishes))


def from_public_picture(_account: Account, key: UUID | None) -> Start:
    """Return a start with what a public picture shows of how it was made."""
    shown = exhibit(public_picture(key)) if key and settings.EXPLORE_IS_ON else None
    if shown is None or not shown.prompt:
        raise NoSuchPublication("How this picture was made is not shown.")
    known = {"model": shown.model, "quality": shown.quality, "size": shown.size}
    return Start(
        mode="replace",
        initial={"prompt": shown.prompt, **{name: value for name, value in known.items() if value}},
    )


def picture_of(account: Account, key: UUID | None) -> Image:
    """Return a picture of an account's library. Raises NoSuchImage."""
    images = Image.objects.owned_by(account).kept().select_related("file", "account")
    found = images.filter(pk=key).first() if key else None
    if found is None:
        raise NoSuchImage("There is no such picture in this library.")
    return found


def from_picture(account: Account, key: UUID | None) -> Start:
    """Return a start with everything that is known of how a picture was made.

    Of one that no generation here made, an import, that is what the library remembers.
    """
    image = picture_of(account, key)
    generation = generation_of(image)
    if generation is not None:
        return reused(account, generation)
    wishes = [SourceWish(image_id=one.parent_id, role=one.role) for one in image.parents.all()]
    known = {"model": image.model, "quality": image.quality, "size": image.size}
    return Start(
        mode="replace",
        initial={
            "prompt": image.prompt,
            "output_format": image.format,
            **{name: value for name, value in known.items() if value},
        },
        sources=chosen_sources(account=account, wishes=wishes),
    )


def from_generation(account: Account, key: UUID | None) -> Start:
    """Return a start with everything that a generation was made of. Raises NoSuchGeneration."""
    mine = Generation.objects.owned_by(account)
    generation = mine.filter(pk=key).first() if key else None
    if generation is None:
        raise NoSuchGeneration("There is no such generation in this account.")
    return reused(account, generation)


def reused(account: Account, generation: Generation) -> Start:
    """Return a start with everything that a generation of the account was made of."""
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
    files = [one.image.file if one.image else None for one in sources]
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

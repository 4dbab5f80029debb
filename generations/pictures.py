"""What stands beside one picture: what was asked and got, where it came from, what became of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from generations.models import Attempt, AttemptImage, Generation, Source
from imagestudio.accounts.models import User
from imagestudio.http.cursor import Page, page_by_keys
from imagestudio.library.filters import Filters
from imagestudio.library.lineage import MOST_COUNTED
from imagestudio.library.listing import neighbours
from imagestudio.library.models import Image


@dataclass(frozen=True, slots=True)
class Pair:
    """One parameter: as it was asked for, as it came, and what is odd about that."""

    name: str
    asked: str
    got: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway answered, of what is kept with the attempt."""

    state: str
    address: str
    key_source: str
    log_id: str


@dataclass(frozen=True, slots=True)
class Beside:
    """The pictures before and after one in the library's order."""

    newer: Image | None
    older: Image | None


def generation_of(image: Image) -> Generation | None:
    """Return the generation that an image came from, with its details, None for an upload."""
    made = Generation.objects.owned_by(image.account).with_details()
    return made.filter(attempts__images__image=image).first()


def attempt_of(image: Image, generation: Generation) -> Attempt | None:
    """Return the attempt that brought an image."""
    key = (
        AttemptImage.objects.filter(image=image, attempt__generation=generation)
        .values_list("attempt_id", flat=True)
        .first()
    )
    return next((one for one in generation.attempts.all() if one.pk == key), None)


def pairs(image: Image, asked: dict[str, Any]) -> list[Pair]:
    """Return each parameter as asked and as got, so that a difference is seen."""
    size = f"{image.width} × {image.height}"
    wanted_size = str(asked.get("size", "auto")).replace("x", " × ")
    wanted_format = str(asked.get("output_format", "png")).upper()
    return [
        Pair(
            "Size",
            wanted_size,
            size,
            "" if wanted_size in ("auto", size) else "Not the size that was asked for.",
        ),
        Pair("Quality", str(asked.get("quality", "auto")), "not reported"),
        Pair(
            "Format",
            wanted_format,
            image.format.upper(),
            "" if wanted_format == image.format.upper() else "Not the format that was asked for.",
        ),
        background(image, str(asked.get("background", "auto"))),
    ]


def background(image: Image, wanted: str) -> Pair:
    """Return the background as asked, and as the picture's own pixels show it."""
    is_clear = bool(image.file and image.file.has_alpha)
    remark = ""
    if wanted == "transparent" and not is_clear:
        remark = "Asked for a transparent background, but the picture came back opaque."
    if wanted == "opaque" and is_clear:
        remark = "Asked for an opaque background, but parts of the picture are transparent."
    return Pair("Background", wanted, "transparent" if is_clear else "opaque", remark)


def answer_of(attempt: Attempt | None) -> Answer | None:
    """Return what the gateway answered, None when there was no answer."""
    if attempt is None or not attempt.answer:
        return None
    kept: dict[str, Any] = attempt.answer
    result = kept.get("result")
    address = result.get("image") if isinstance(result, dict) else ""
    return Answer(
        state=str(kept.get("state") or ""),
        address=str(address or ""),
        key_source=attempt.key_source,
        log_id=attempt.gateway_log_id,
    )


def beside(image: Image, *, user: User, filters: Filters) -> Beside:
    """Return the pictures just before and after an image in the list that filters make."""
    before, behind = neighbours(image, user, filters)
    return Beside(newer=before, older=behind)


def uses_of(image: Image, *, after: str | None, limit: int) -> Page[Generation]:
    """Return up to `limit` generations, with their details, that an image went into.

    All of them: also those that wait, have failed or were cancelled; the one asked for last
    first. Raises BadCursor.
    """
    return page_by_keys(
        use_keys(image),
        column="generation_id",
        load=Generation.objects.owned_by(image.account).with_details().in_bulk,
        cursor=after,
        limit=limit,
        of=f"uses of {image.pk}",
    )


def count_uses(image: Image) -> int:
    """Return how many generations an image went into; over 1,000 are 1,001."""
    return use_keys(image)[: MOST_COUNTED + 1].count()


def use_keys(image: Image) -> "QuerySet[Source, UUID]":
    """Return the keys of the generations that an image went into, newest first."""
    used = Source.objects.filter(image=image).order_by("-generation_id")
    return used.values_list("generation_id", flat=True).distinct()

"""What stands beside one picture: what was asked and got, where it came from, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from generations.models import Attempt, AttemptImage, Generation
from imagestudio.accounts.models import Account
from imagestudio.library.models import Derivation, Image

SHOWN_CHILDREN = 24


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


def neighbours(image: Image) -> Beside:
    """Return the pictures just before and after an image in its account's library."""
    kept = Image.objects.owned_by(image.account).kept()
    at, key = image.added_at, image.pk
    older = kept.filter(Q(added_at__lt=at) | Q(added_at=at, id__lt=key))
    newer = kept.filter(Q(added_at__gt=at) | Q(added_at=at, id__gt=key))
    return Beside(
        newer=newer.order_by("added_at", "id").first(),
        older=older.order_by("-added_at", "-id").first(),
    )


def parents_of(image: Image) -> Iterable[Derivation]:
    """Return the derivations that lead to an image's sources, in their order."""
    return image.parents.select_related("parent__file")


def children_of(account: Account, image: Image) -> Iterable[Image]:
    """Return what was made from an image, the newest first."""
    made = Image.objects.owned_by(account).kept().filter(parents__parent=image)
    return made.newest_first().distinct()[:SHOWN_CHILDREN]

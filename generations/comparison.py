"""Two pictures beside each other: how they were made, and where that differs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, takewhile
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from generations import pictures
from generations.models import Attempt, AttemptImage, Generation
from generations.tiles import model_name
from imagestudio.library.lineage import parents_of
from imagestudio.library.models import Derivation, Image

# A word, a run of spaces, or one sign; Chinese and Japanese have no spaces between their words.
PARTS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+|\s+|.", re.DOTALL)
MOST_PARTS = 1500  # of one text, that are compared one by one: the time grows with their square
SHOWN = 24  # pictures of each kind that are offered for a comparison


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and whether the other text has them at that place too."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter of both pictures, in words."""

    name: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        """Say whether the pictures differ in it."""
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two pictures, with what is known of how it was made."""

    image: Image
    generation: Generation | None
    attempt: Attempt | None
    sources: Sequence[Derivation]
    prompt: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pictures, and their parameters in rows."""

    first: Side
    second: Side
    rows: Sequence[Row]

    @property
    def sides(self) -> tuple[Side, Side]:
        """Return both."""
        return self.first, self.second

    @property
    def have_one_shape(self) -> bool:
        """Say whether one covers the other when both are scaled into one frame."""
        one, other = self.first.image, self.second.image
        excess = abs(one.width * other.height - other.width * one.height)
        return excess * 100 <= one.width * other.height  # a hundredth is a rounded edge

    @property
    def differ_in_prompt(self) -> bool:
        """Say whether some words of their prompts differ."""
        return self.first.image.prompt != self.second.image.prompt


@dataclass(frozen=True, slots=True)
class Choice:
    """Pictures to compare one with, and what they have to do with it."""

    name: str
    images: Sequence[Image]


def compared(first: Image, second: Image) -> Comparison:
    """Return two images of one account, whose files are loaded, beside each other."""
    one, other = marked(first.prompt, second.prompt)
    sides = side_of(first, one), side_of(second, other)
    wanted = [asked_of(side) for side in sides]
    rows = [Row(name, wanted[0][name], wanted[1][name]) for name in wanted[0]]
    return Comparison(*sides, rows=rows)


def side_of(image: Image, prompt: Sequence[Piece]) -> Side:
    """Return one side of a comparison."""
    generation = pictures.generation_of(image)
    attempt = pictures.attempt_of(image, generation) if generation else None
    return Side(image, generation, attempt, parents_of(image), prompt)


def asked_of(side: Side) -> dict[str, str]:
    """Return the parameters of a picture by their names on the page."""
    image = side.image
    asked: dict[str, Any] = side.generation.parameters if side.generation else {}
    return {
        "Model": model_name(image.model) if image.model else "–",
        "Size": (image.size or "–").replace("x", " × "),
        "Pixels": f"{image.width} × {image.height}",
        "Quality": image.quality or "–",
        "Background": str(asked.get("background") or "–"),
        "Format": image.format.upper(),
    }


def marked(first: str, second: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces, those marked in which they differ.

    What they have in common at both ends is cut off first. If a text is very long even then, all
    of its middle counts as different.
    """
    one, other = PARTS.findall(first), PARTS.findall(second)
    start = common(one, other)
    end = common(one[start:][::-1], other[start:][::-1])
    middle = one[start : len(one) - end], other[start : len(other) - end]
    equal = equal_parts(*middle)
    return tuple(  # type: ignore[return-value] # two sides give two lists
        pieces(
            [
                *((part, False) for part in parts[:start]),
                *((part, index not in same) for index, part in enumerate(between)),
                *((part, False) for part in parts[len(parts) - end :]),
            ]
        )
        for parts, between, same in zip((one, other), middle, equal, strict=True)
    )


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many parts two lists begin with in common."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def equal_parts(one: Sequence[str], other: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return the places of the parts that both lists have, in the same order."""
    if max(len(one), len(other)) > MOST_PARTS:
        return set(), set()
    blocks = SequenceMatcher(None, one, other).get_matching_blocks()
    return (
        {block.a + step for block in blocks for step in range(block.size)},
        {block.b + step for block in blocks for step in range(block.size)},
    )


def pieces(parts: Sequence[tuple[str, bool]]) -> list[Piece]:
    """Return parts joined to as few pieces as possible."""
    runs = groupby(parts, key=lambda part: part[1])
    return [Piece("".join(text for text, _ in run), differs) for differs, run in runs]


def choices(image: Image) -> Iterator[Choice]:
    """Yield what there is to compare a picture with, the nearest first, each picture once."""
    kept = Image.objects.owned_by(image.account).kept().newest_first()
    generation = pictures.generation_of(image)
    seen = {image.pk}
    for name, found in (
        ("Made from", kept.filter(children__child=image).distinct()),
        ("Made of it", kept.filter(parents__parent=image).distinct()),
        ("Asked for together", kept.filter(pk__in=batch_of(generation))),
        ("Newest in the library", kept),
    ):
        images = [one for one in found[: SHOWN + len(seen)] if one.pk not in seen][:SHOWN]
        seen.update(one.pk for one in images)
        if images:
            yield Choice(name, images)


def batch_of(generation: Generation | None) -> QuerySet[AttemptImage, UUID]:
    """Return the keys of the images that came of what was asked for together with this."""
    made = AttemptImage.objects.none()
    if generation is not None:
        made = AttemptImage.objects.filter(attempt__generation__batch=generation.batch_id)
    return made.values_list("image_id", flat=True)

"""The colours that pictures are looked for by: a dozen names, as people use them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# A name and where its colours lie: degrees of hue, from one to the next.
HUES = (
    (20, "red"),
    (42, "orange"),
    (70, "yellow"),
    (160, "green"),
    (190, "teal"),
    (255, "blue"),
    (308, "purple"),
    (342, "pink"),
    (360, "red"),
)
COLOURS = (
    *("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown"),
    *("black", "grey", "white"),
)
# One colour of each name, to be shown for it.
SWATCHES = dict(
    zip(
        COLOURS,
        (
            *("#d83a34", "#e8862e", "#e8c62e", "#4a9e4f", "#2fa5a0", "#3b6fd4", "#8450c4"),
            *("#dd6fa6", "#8a5a3b", "#1d1d1d", "#8c8c8c", "#f4f4f4"),
        ),
        strict=True,
    )
)
SHOWN = 5  # colours of a picture's palette
ENOUGH = 120  # thousandths of a picture that a grey or dark colour has to cover to name it
STRIKING = 50  # thousandths that are enough of a lively one
NEAR = 40  # of 441 between black and white: colours that are shown as one


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of a picture, as `#rrggbb`, and its share of it in thousandths."""

    value: str
    share: int

    @property
    def parts(self) -> tuple[int, int, int]:
        """Return red, green and blue, 0 to 255."""
        red, green, blue = bytes.fromhex(self.value[1:])
        return red, green, blue


def palette_of(colours: Sequence[Colour]) -> list[Colour]:
    """Return the few colours that stand for a picture, near ones joined, the largest first."""
    joined: list[Colour] = []
    for colour in sorted(colours, key=lambda one: -one.share):
        for index, kept in enumerate(joined):
            if math.dist(kept.parts, colour.parts) < NEAR:
                joined[index] = Colour(kept.value, kept.share + colour.share)
                break
        else:
            joined.append(colour)
    return sorted(joined, key=lambda one: -one.share)[:SHOWN]


def names_of(colours: Sequence[Colour]) -> list[str]:
    """Return the names of the colours that a picture is found by, in the order of `COLOURS`."""
    shares = dict.fromkeys(COLOURS, 0)
    striking: set[str] = set()
    for colour in colours:
        name, is_lively = named(colour)
        shares[name] += colour.share
        if is_lively:
            striking.add(name)
    return [
        name
        for name, share in shares.items()
        if share >= (STRIKING if name in striking else ENOUGH)
    ]


def named(colour: Colour) -> tuple[str, bool]:
    """Return the name of a colour, and whether it is lively enough to strike the eye."""
    red, green, blue = (part / 255 for part in colour.parts)
    most, least = max(red, green, blue), min(red, green, blue)
    span, light = most - least, (most + least) / 2
    if most < 0.14:
        return "black", False
    if span < 0.09 or span < 0.16 * most:
        return ("white" if light > 0.88 else "black" if light < 0.16 else "grey"), False
    hue = hue_of(red, green, blue)
    name = next(name for end, name in HUES if hue < end)
    is_lively = span > 0.4
    is_dull = (most < 0.66 and span < 0.55) or (most < 0.9 and span < 0.36)
    if 12 <= hue < 50 and is_dull:
        return "brown", False
    if name == "red" and light > 0.68:
        return "pink", is_lively
    return name, is_lively


def hue_of(red: float, green: float, blue: float) -> float:
    """Return the hue of a colour that is not grey, in degrees below 360."""
    most, span = max(red, green, blue), max(red, green, blue) - min(red, green, blue)
    if most == red:
        sixth = (green - blue) / span % 6
    elif most == green:
        sixth = (blue - red) / span + 2
    else:
        sixth = (red - green) / span + 4
    return 60 * sixth

"""Ten calm moods of light. Colours are ``#rrggbb``."""

import hashlib
from dataclasses import dataclass

from PIL import ImageColor

Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one mood: sky from top to horizon, the light in it, far and near land."""

    top: Colour
    horizon: Colour
    light: Colour
    far: Colour
    near: Colour
    ink: Colour  # for letters upon the sky

    @property
    def dark(self) -> bool:
        """Tell whether the sky is darker than the letters upon it."""
        return sum(self.top) < sum(self.ink)


def _palette(*names: str) -> Palette:
    top, horizon, light, far, near, ink = map(_colour, names)
    return Palette(top=top, horizon=horizon, light=light, far=far, near=near, ink=ink)


def _colour(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


PALETTES = (
    _palette("#34507a", "#f3bba1", "#ffe6c8", "#a78ba4", "#1f2d47", "#fff7f0"),  # before sunrise
    _palette("#d7e6ee", "#f8efe3", "#fffaf0", "#b5c9d1", "#2b505c", "#20404c"),  # morning mist
    _palette("#5a4b7c", "#f3ab9d", "#ffdcbe", "#a27391", "#282243", "#fff2ec"),  # rose dusk
    _palette("#e4ecdd", "#f9f4e1", "#fff8da", "#b8c8ad", "#37543f", "#2a4333"),  # sage
    _palette("#0d1b30", "#3a6180", "#f0f6ff", "#34566f", "#08121f", "#eaf3fb"),  # northern night
    _palette("#fbe6cf", "#f8c9a3", "#fff5e2", "#e3a187", "#6f3a42", "#5b2f38"),  # apricot
    _palette("#bce1df", "#f4f2e1", "#fffcec", "#8abdbb", "#1c505a", "#16424a"),  # lagoon
    _palette("#d5cfe9", "#f7e7e5", "#fff7f2", "#b0a3c9", "#433a64", "#3a3158"),  # heather
    _palette("#40304a", "#ea9f63", "#ffe5b6", "#995f5b", "#241926", "#fff2e0"),  # amber evening
    _palette("#c8dcec", "#f0f5f7", "#ffffff", "#a0bbd0", "#2e4e72", "#27425f"),  # clear ice
)


def palette_of(prompt: str) -> Palette:
    """Give the mood of a prompt: always the same one, so that its pictures are a family."""
    digest = hashlib.sha256(prompt.encode("utf-8", errors="replace")).digest()
    return PALETTES[digest[0] % len(PALETTES)]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Give the colour that is `share` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue

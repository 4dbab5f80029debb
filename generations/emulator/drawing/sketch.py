"""A picture for load tests: a bare sky with the mark, in a tenth of the time."""

import random

from generations.emulator.drawing.marking import encode, ribbon
from generations.emulator.drawing.palettes import PALETTES
from generations.emulator.drawing.scenery import gradient
from generations.emulator.models.provider import Order


def sketch(order: Order, *, seed: int) -> bytes:
    """Give the bytes of a picture without prompt and sources, different for every seed."""
    chance = random.Random(seed)  # noqa: S311 -- a drawing
    palette = chance.choice(PALETTES)
    size = (order.width, order.height)
    picture = gradient(size, palette.top, palette.horizon)
    ribbon(picture, note=f"sketch {seed:016x}", inset=round(min(size) * 0.028))
    return encode(picture, order.output_format)

"""One picture: the landscape of its prompt, the prompt in it, and the sources of an edit."""

import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

from generations.emulator.drawing.lettering import Box, write
from generations.emulator.drawing.marking import encode, ribbon
from generations.emulator.drawing.palettes import palette_of
from generations.emulator.drawing.prints import lay_out
from generations.emulator.drawing.scenery import landscape
from generations.emulator.models.provider import Order

FINE = 2  # times the size at which the transparent picture's edge is drawn


def draw(order: Order, sources: Sequence[bytes], *, seed: int) -> bytes:
    """Draw what was ordered and give the file's bytes.

    `sources` are small pictures as files. The prompt decides the mood, the seed everything else, so
    that the same prompt again gives another picture of the same family.
    """
    size = (order.width, order.height)
    palette = palette_of(order.prompt)
    picture = landscape(size, palette, order.quality, random.Random(seed))  # noqa: S311 -- a drawing
    margin = 0.13 if order.transparent else 0.09
    if sources:
        picture = picture.filter(ImageFilter.BoxBlur(min(size) // 90))
        lay_out(
            picture,
            list(sources),
            _box(size, margin * 0.7, 0.3, 0.86 if order.transparent else 0.92),
        )
        write(picture, order.prompt, _box(size, margin, 0.07, 0.28), palette)
    else:
        write(picture, order.prompt, _box(size, margin, 0.1, 0.46), palette)
    note = f"{order.model.slug.partition('/')[2]} · {order.quality} · {size[0]}x{size[1]}"
    ribbon(picture, note=note, inset=round(min(size) * (0.095 if order.transparent else 0.028)))
    if order.transparent:
        picture = _cut_out(picture)
    return encode(picture, order.output_format)


def _box(size: tuple[int, int], margin: float, top: float, bottom: float) -> Box:
    """Give a box of the picture from shares of its width and height."""
    width, height = size
    return (
        round(width * margin),
        round(height * top),
        round(width * (1 - margin)),
        round(height * bottom),
    )


def _cut_out(picture: Image.Image) -> Image.Image:
    """Give the picture with a rounded shape, transparent around it."""
    width, height = picture.size
    unit = min(width, height)
    inset, corner = unit * 0.04 * FINE, unit * 0.14 * FINE
    mask = Image.new("L", (width * FINE, height * FINE))
    frame = (inset, inset, width * FINE - inset, height * FINE - inset)
    ImageDraw.Draw(mask).rounded_rectangle(frame, corner, fill=255)
    picture.putalpha(mask.reduce(FINE))
    return picture

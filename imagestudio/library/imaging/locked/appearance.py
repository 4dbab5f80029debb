"""What a picture looks like, in a few bytes: a hash that survives small changes, and its colours.

The hash has 256 bits, one for each of the 16 × 16 lowest frequencies of the picture in grey but
the constant ones: set where the frequency is stronger than the median. Encoding a picture anew,
making it smaller or brighter changes few of them. It follows the published PDQ, whose distances
are well known, from a copy that is shrunk already, which changes about a twentieth of the bits.
"""

import math
from collections.abc import Sequence
from operator import add, mul, sub
from statistics import median

from PIL import Image, ImageChops, ImageFilter, ImageStat

FINE = 256  # pixels of each side of what is blurred
GRID = 64  # pixels of each side of what is hashed
SIDE = 16  # frequencies of each direction
COLOURS = 16  # into which a picture is cut
# Mean change of brightness from pixel to pixel, of 255. A plainer picture has noise for
# frequencies, and would look like every other plain one.
PLAIN = 1.4
BLUR = ImageFilter.BoxBlur(FINE / GRID / 8)

# Half of each wave: the other half is the same, or for odd frequencies its opposite.
HALF = GRID // 2
WAVES = tuple(
    tuple(math.cos(math.pi / (2 * GRID) * frequency * (2 * place + 1)) for place in range(HALF))
    for frequency in range(1, SIDE + 1)
)


def perceptual_hash(image: Image.Image) -> str:
    """Return the hash of a picture in hexadecimal; nothing for one that is too plain."""
    grey = _opaque(image).convert("L").resize((FINE, FINE), Image.Resampling.BILINEAR)
    grid = grey.filter(BLUR).filter(BLUR).resize((GRID, GRID), Image.Resampling.NEAREST)
    if _change(grid) < PLAIN:
        return ""
    pixels = grid.tobytes()
    rows = [pixels[start : start + GRID] for start in range(0, len(pixels), GRID)]
    across = zip(*map(_frequencies, rows), strict=True)
    down = zip(*map(_frequencies, across), strict=True)
    strengths = [one for line in down for one in line]
    middle = median(strengths)
    bits = "".join("1" if one > middle else "0" for one in reversed(strengths))
    return f"{int(bits, 2):064x}"


def colours(image: Image.Image) -> list[tuple[str, int]]:
    """Return the colours of a picture as `#rrggbb` with their shares of it, in thousandths.

    Transparent pixels have none. The most frequent one is first.
    """
    small = image.convert("RGBA")
    small.thumbnail((GRID, GRID), Image.Resampling.BOX)
    see_through = small.getchannel("A").point(lambda level: 255 if level < 128 else 0)
    cut = small.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT)
    counts = cut.histogram(see_through.point(lambda level: 255 - level))[:COLOURS]
    total, palette = sum(counts), cut.getpalette("RGB") or []
    found = sorted(((count, index) for index, count in enumerate(counts) if count), reverse=True)
    return [
        (f"#{bytes(palette[3 * index : 3 * index + 3]).hex()}", round(1000 * count / total))
        for count, index in found
    ]


def _frequencies(line: Sequence[float]) -> list[float]:
    """Return how strong each frequency is in a line of the grid."""
    ends = line[: HALF - 1 : -1]
    folded = list(map(sub, line, ends)), list(map(add, line, ends))
    return [sum(map(mul, wave, folded[index % 2])) for index, wave in enumerate(WAVES)]


def _opaque(image: Image.Image) -> Image.Image:
    """Return a picture on grey, so that what shows through does not matter."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "#808080")
    return Image.alpha_composite(ground, image)


def _change(image: Image.Image) -> float:
    """Return how much the brightness changes from pixel to pixel on average, across and down."""
    changes = (
        ImageStat.Stat(ImageChops.difference(image, ImageChops.offset(image, *step))).mean[0]
        for step in ((1, 0), (0, 1))
    )
    return sum(changes) / 2

"""The prompt in the picture: as large as its box allows, wrapped, with a soft halo."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from generations.emulator.drawing.fonts import Font, font_for, has, load
from generations.emulator.drawing.palettes import Palette

SHOWN = 900  # characters of a prompt that are tried at all
LEADING = 1.32  # distance of lines, in sizes
SIZES = (0.072, 0.06, 0.05, 0.043, 0.037, 0.032, 0.028, 0.025)  # of the shorter side
SMALLEST = 11  # pixels
FEW = 5  # lines that are worth being of one length
PLAIN = str.maketrans(  # typographic marks that Pillow's own font lacks
    {
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
    }
)
ELLIPSIS = "..."

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True)
class Setting:
    """Lines of a text in a font of a size in pixels."""

    lines: list[str]
    font: Font
    size: int

    @property
    def height(self) -> float:
        """Give the height of all lines in pixels."""
        return len(self.lines) * self.size * LEADING


def write(picture: Image.Image, text: str, box: Box, palette: Palette) -> None:
    """Write a text into the middle of a box of the picture."""
    setting = fit(text, box, unit=min(picture.size))
    around = setting.size  # pixels that the halo needs beyond the box
    left, top, right, bottom = box[0] - around, box[1] - around, box[2] + around, box[3] + around
    mask = Image.new("L", (right - left, bottom - top))
    draw = ImageDraw.Draw(mask)
    y = around + max(0.0, (mask.height - 2 * around - setting.height) / 2)
    for line in setting.lines:
        draw.text((mask.width / 2, y), line, fill=255, font=setting.font, anchor="ma")
        y += setting.size * LEADING
    halo = mask.reduce(4).filter(ImageFilter.GaussianBlur(setting.size / 6))
    soft = halo.point([min(150, level * 2) for level in range(256)]).resize(mask.size)
    picture.paste(palette.top, (left, top), soft)
    picture.paste(palette.ink, (left, top), mask)


def fit(text: str, box: Box, *, unit: int) -> Setting:
    """Give a text at the largest size at which it fits its box; cut short if it never does.

    `unit` is the picture's shorter side in pixels.
    """
    shown, path = _drawable(text)
    width, height = box[2] - box[0], box[3] - box[1]
    setting = Setting([], load(path, SMALLEST), SMALLEST)
    for share in SIZES:
        size = max(SMALLEST, round(unit * share))
        font = load(path, size)
        setting = Setting(_balanced(shown, font, width), font, size)
        if setting.height <= height:
            return setting
    kept = setting.lines[: max(1, int(height / (setting.size * LEADING)))]
    kept[-1] = kept[-1][:-1].rstrip() + ELLIPSIS
    return Setting(kept, setting.font, setting.size)


def _drawable(text: str) -> tuple[str, str | None]:
    """Give what of a text can be drawn, on one line, and the font for it."""
    readable = text[:SHOWN].encode("utf-8", errors="replace").decode()  # no lone surrogates
    flat = " ".join(readable.split()).translate(PLAIN)
    path = font_for(flat)
    drawn = "".join(_nearest(path, letter) for letter in flat)
    return drawn.strip() or "(no font here has these letters)", path


def _nearest(path: str | None, letter: str) -> str:
    """Give a letter, or its plain form (o for ö) where the font lacks it, or nothing."""
    if letter == " " or has(path, letter):
        return letter
    plain = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in plain if has(path, part)) if plain != letter else ""


def _balanced(text: str, font: Font, width: int) -> list[str]:
    """Give the lines of a text, a few of them of about the same length."""
    lines = list(_wrapped(text, font, width))
    if not 1 < len(lines) <= FEW:
        return lines
    narrowest = round(font.getlength(text) / len(lines))
    steps = range(narrowest, width, max(1, (width - narrowest) // 8))
    tries = (list(_wrapped(text, font, narrower)) for narrower in steps)
    return next((tried for tried in tries if len(tried) == len(lines)), lines)


def _wrapped(text: str, font: Font, width: int) -> Iterator[str]:
    line = ""
    for word in _pieces(text, font, width):
        longer = f"{line}{word}"
        if line.strip() and font.getlength(longer.rstrip()) > width:
            yield line.strip()
            longer = word
        line = longer
    yield line.strip()


def _pieces(text: str, font: Font, width: int) -> Iterator[str]:
    """Give words with the space after them; letters alone where a word is wider than a line."""
    for word in text.split(" "):
        if font.getlength(word) <= width:
            yield f"{word} "
        else:
            yield from word
            yield " "

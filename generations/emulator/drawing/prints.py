"""The sources of an edit: prints on the table, in the order they were sent, numbered."""

import io
import math

from PIL import Image, ImageDraw, ImageFilter

from generations.emulator.drawing.fonts import load
from generations.emulator.drawing.lettering import Box

PAPER = (253, 252, 249)
BADGE = (32, 36, 44)


def lay_out(picture: Image.Image, sources: list[bytes], box: Box) -> None:
    """Lay every source into a box of the picture, row by row, from 1 to n."""
    left, top, right, bottom = box
    columns = _columns(len(sources), (right - left) / (bottom - top))
    rows = math.ceil(len(sources) / columns)
    cell = (right - left) // columns, (bottom - top) // rows
    for index, source in enumerate(sources):
        row, column = divmod(index, columns)
        in_row = min(columns, len(sources) - row * columns)
        indent = (columns - in_row) * cell[0] // 2  # a last row that is short stands in the middle
        corner = (left + indent + column * cell[0], top + row * cell[1])
        with Image.open(io.BytesIO(source)) as shown:
            _print(picture, shown, corner=corner, cell=cell, number=index + 1)


def _columns(count: int, aspect: float) -> int:
    """Give the number of columns that makes square cells largest."""
    return max(
        range(1, count + 1),
        key=lambda columns: min(aspect / columns, 1 / math.ceil(count / columns)),
    )


def _print(
    picture: Image.Image,
    source: Image.Image,
    *,
    corner: tuple[int, int],
    cell: tuple[int, int],
    number: int,
) -> None:
    gap = max(4, min(cell) // 18)
    paper = max(2, min(cell) // 40)
    room = cell[0] - 2 * (gap + paper), cell[1] - 2 * (gap + paper)
    scale = min(room[0] / source.width, room[1] / source.height)
    size = max(1, round(source.width * scale)), max(1, round(source.height * scale))
    x = corner[0] + (cell[0] - size[0]) // 2
    y = corner[1] + (cell[1] - size[1]) // 2
    frame = (x - paper, y - paper, x + size[0] + paper, y + size[1] + paper)
    _shadow(picture, frame, depth=gap // 2 + 1)
    ImageDraw.Draw(picture).rectangle((*frame[:2], frame[2] - 1, frame[3] - 1), fill=PAPER)
    resized = source.resize(size, Image.Resampling.BILINEAR)
    picture.paste(resized, (x, y))
    _badge(picture, frame[:2], number, size=max(14, min(cell) // 8))


def _shadow(picture: Image.Image, frame: Box, *, depth: int) -> None:
    left, top, right, bottom = frame
    small = 4  # a shadow needs no detail
    margin = depth * 4
    size = (right - left + 2 * margin) // small + 1, (bottom - top + 2 * margin) // small + 1
    mask = Image.new("L", size)
    inner = (margin // small, margin // small, size[0] - margin // small, size[1] - margin // small)
    ImageDraw.Draw(mask).rectangle(inner, fill=110)
    soft = mask.filter(ImageFilter.GaussianBlur(depth / small))
    full = soft.resize((size[0] * small, size[1] * small), Image.Resampling.BILINEAR)
    picture.paste((16, 18, 24), (left - margin, top - margin + depth // 2), full)


def _badge(picture: Image.Image, corner: tuple[int, int], number: int, *, size: int) -> None:
    fine = 4
    stamp = Image.new("L", (size * fine, size * fine))
    ImageDraw.Draw(stamp).ellipse((0, 0, size * fine - 1, size * fine - 1), fill=255)
    x, y = corner[0] - size // 4, corner[1] - size // 4
    picture.paste(BADGE, (x, y), stamp.reduce(fine))
    ImageDraw.Draw(picture).text(
        (x + size / 2, y + size / 2),
        str(number),
        fill=PAPER,
        font=load(None, max(9, round(size * 0.58))),
        anchor="mm",
    )

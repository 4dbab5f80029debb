"""Fonts: Pillow's own where it has the letters, one of the machine's where it has not."""

import functools
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
# With the widest coverage of scripts first; whichever the machine has.
NAMES = (
    "DejaVuSans.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "DroidSansFallback.ttf",
    "DroidSansFallbackFull.ttf",
    "PingFang.ttc",
    "Arial Unicode.ttf",
    "msyh.ttc",
    "FreeSans.ttf",
)
PROBE = 24  # pixels; the size at which coverage is looked up
NOBODY = "\U0010ffff"  # a code point that no font has


def font_for(text: str) -> str | None:
    """Give the path of the font that has the most letters of a text; None is Pillow's own."""
    letters = {letter for letter in text if not letter.isspace()}
    best, most = None, -1
    for path in (None, *_installed()):
        count = sum(has(path, letter) for letter in letters)
        if count == len(letters):
            return path
        if count > most:
            best, most = path, count
    return best


@functools.lru_cache(maxsize=64)
def load(path: str | None, size: int) -> Font:
    """Give a font at a size in pixels."""
    if path is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(path, size)


@functools.lru_cache(maxsize=8192)
def has(path: str | None, letter: str) -> bool:
    """Tell whether a font has a letter of its own, not the box for missing ones."""
    return _shape(path, letter) != _shape(path, NOBODY)


def _shape(path: str | None, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = load(path, PROBE).getmask(letter)
    return mask.size, bytes(mask)


@functools.cache
def _installed() -> tuple[str, ...]:
    return tuple(_search())


def _search() -> Iterator[str]:
    for name in NAMES:
        for folder in FOLDERS:
            found = next(folder.rglob(name), None) if folder.is_dir() else None
            if found is not None:
                yield str(found)
                break

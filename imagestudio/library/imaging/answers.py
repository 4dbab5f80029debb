"""What a child says, believed only as far as it was checked: it may be in an attacker's hands."""

import re
from typing import Any

from .errors import RefusedImage, refusal
from .locked.limits import MAX_SIDE
from .sniff import mime_of

COLOUR = re.compile(r"#[0-9a-f]{6}")
HASH = re.compile(r"[0-9a-f]{64}|")
MOST_COLOURS = 16
MIMES = {"image/png", "image/jpeg", "image/webp"}


class Facts:
    """The header of an answer, read field by field; whatever is not as it must be is a refusal."""

    def __init__(self, header: dict[str, Any]) -> None:
        """Take the header; raise the ImagingError that it carries."""
        code = header.get("refused")
        if code is not None:
            raise refusal(str(code))
        self._header = header

    def pixels(self, name: str) -> int:
        """Return a width or height."""
        return _whole(self._header.get(name), least=1, most=MAX_SIDE)

    def count(self, name: str) -> int:
        """Return a number of pixels."""
        return _whole(self._header.get(name), least=0, most=MAX_SIDE * MAX_SIDE)

    def flag(self, name: str) -> bool:
        """Return yes or no."""
        return self._header.get(name) is True

    def mime(self) -> str:
        """Return the MIME type."""
        value = self._header.get("mime")
        if not isinstance(value, str) or value not in MIMES:
            raise _nonsense()
        return value

    def placeholder(self) -> str:
        """Return the mean colour, as `#rrggbb`."""
        value = self._header.get("placeholder")
        if not isinstance(value, str) or COLOUR.fullmatch(value) is None:
            raise _nonsense()
        return value

    def perceptual_hash(self) -> bytes | None:
        """Return the 32 bytes of the perceptual hash, None for a picture too plain to have one."""
        value = self._header.get("phash")
        if not isinstance(value, str) or HASH.fullmatch(value) is None:
            raise _nonsense()
        return bytes.fromhex(value) or None

    def colours(self) -> list[tuple[str, int]]:
        """Return colours as `#rrggbb` with their shares, in thousandths."""
        value = self._header.get("colours")
        if not isinstance(value, list) or len(value) > MOST_COLOURS:
            raise _nonsense()
        return [_colour(one) for one in value]

    def sizes(self) -> list[tuple[int, int]]:
        """Return width and height of each rendition."""
        value = self._header.get("sizes")
        if not isinstance(value, list) or not all(isinstance(size, list) for size in value):
            raise _nonsense()
        return [_size(size) for size in value]


def picture_of(blobs: list[bytes], mime: str) -> bytes:
    """Return the first blob, which must begin as its MIME type says."""
    if not blobs or mime_of(blobs[0][:32]) != mime:
        raise _nonsense()
    return blobs[0]


def _size(value: list[Any]) -> tuple[int, int]:
    if len(value) != 2:
        raise _nonsense()
    width, height = (_whole(side, least=1, most=MAX_SIDE) for side in value)
    return width, height


def _colour(value: object) -> tuple[str, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise _nonsense()
    colour, share = value
    if not isinstance(colour, str) or COLOUR.fullmatch(colour) is None:
        raise _nonsense()
    return colour, _whole(share, least=0, most=1000)


def _whole(value: object, *, least: int, most: int) -> int:
    if not isinstance(value, int) or not least <= value <= most:
        raise _nonsense()
    return value


def _nonsense() -> RefusedImage:
    return RefusedImage("This picture cannot be read.", code="unreadable")

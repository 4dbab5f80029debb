"""What a parent can ask of its child: one function per deed, from bytes to facts and blobs."""

from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from . import appearance, encoding, fitting
from .opening import Picture, open_picture
from .structure import is_bare

Answer = tuple[dict[str, Any], list[bytes]]


def inspect(data: bytes) -> Answer:
    """Decode everything and say what it is."""
    return _facts(open_picture(data)), []


def normalise(data: bytes, *, side: int) -> Answer:
    """Encode the picture anew in its own format, and make its first rendition."""
    picture = open_picture(data)
    small = _shrunk(picture.image, side)
    facts = {**_facts(picture), **_looks(small), "sizes": [small.size]}
    return facts, [encoding.same_format(picture), encoding.rendition(small)]


def verify(data: bytes, *, side: int) -> Answer:
    """Decode everything, leave the bytes alone, and make the first rendition."""
    picture = open_picture(data)
    small = _shrunk(picture.image, side)
    facts = {
        **_facts(picture),
        **_looks(small),
        "sizes": [small.size],
        "transparent_pixels": _transparent_pixels(picture.image),
        "is_bare": is_bare(data),
    }
    return facts, [encoding.rendition(small)]


def look(data: bytes, *, side: int) -> Answer:
    """Say what the picture looks like."""
    return _looks(_shrunk(open_picture(data).image, side)), []


def render(data: bytes, *, sides: Sequence[int]) -> Answer:
    """Make renditions from one decode, the smaller from the larger."""
    image = open_picture(data).image
    sizes = {side: encoding.size_within(image.size, side) for side in sides}
    made: dict[int, bytes] = {}
    for side in sorted(sides, reverse=True):
        image = encoding.resized(image, sizes[side])
        made[side] = encoding.rendition(image)
    return {"sizes": [sizes[side] for side in sides]}, [made[side] for side in sides]


def cover(data: bytes, *, side: int) -> Answer:
    """Make a tiny grey blur of the picture."""
    small = _shrunk(open_picture(data).image, side)
    return {"sizes": [small.size]}, [encoding.covered(small)]


def fit(data: bytes, *, max_bytes: int) -> Answer:
    """Encode the picture anew in at most so many bytes."""
    mime, fitted, image = fitting.fit(open_picture(data), max_bytes=max_bytes)
    return {"mime": mime, "width": image.width, "height": image.height}, [fitted]


def convert(data: bytes, *, form: str, side: int | None, quality: int | None) -> Answer:
    """Encode the picture in another format, no side longer than `side`, never enlarged."""
    image = open_picture(data).image
    if side is not None:
        image = _shrunk(image, side)
    encoded = encoding.encoded(image, form, quality=quality)
    return {"mime": encoding.MIMES[form], "width": image.width, "height": image.height}, [encoded]


DEEDS: dict[str, Callable[..., Answer]] = {
    deed.__name__: deed for deed in (inspect, normalise, verify, look, render, cover, fit, convert)
}


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    return encoding.resized(image, encoding.size_within(image.size, side))


def _looks(small: Image.Image) -> dict[str, Any]:
    return {
        "placeholder": encoding.colour(small),
        "phash": appearance.perceptual_hash(small),
        "colours": appearance.colours(small),
    }


def _facts(picture: Picture) -> dict[str, Any]:
    return {
        "mime": encoding.MIMES[picture.format],
        "width": picture.image.width,
        "height": picture.image.height,
        "has_alpha": picture.has_alpha,
    }


def _transparent_pixels(image: Image.Image) -> int:
    return sum(image.getchannel("A").histogram()[:255]) if image.mode == "RGBA" else 0

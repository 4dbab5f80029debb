"""Making a picture small enough to be sent, at the best quality that fits."""

import math

from PIL import Image

from . import encoding
from .opening import Picture
from .refusals import Refused

QUALITIES = (95, 90, 85)
# A photo below a quarter of a byte per pixel at quality 85 is rare; above it, trying is a waste.
BYTES_PER_PIXEL = 0.25
MAX_ROUNDS = 8


def fit(picture: Picture, *, max_bytes: int) -> tuple[str, bytes, Image.Image]:
    """Return MIME type, bytes and picture: lossless if that fits, else smaller in steps.

    Raises Refused when not even a thumbnail fits.
    """
    if picture.lossless and picture.bytes < 2 * max_bytes:  # else encoding it anew is hopeless
        data = encoding.same_format(picture)
        if len(data) <= max_bytes:
            return encoding.MIMES[picture.format], data, picture.image
    pixels = picture.image.width * picture.image.height
    image = _scaled(picture.image, math.sqrt(max_bytes / BYTES_PER_PIXEL / pixels))
    for _ in range(MAX_ROUNDS):
        for quality in QUALITIES:
            mime, data = _lossy(image, quality=quality)
            if len(data) <= max_bytes:
                return mime, data, image
        image = _scaled(image, math.sqrt(max_bytes / len(data)) * 0.95)
    raise Refused("too_large")


def _lossy(image: Image.Image, *, quality: int) -> tuple[str, bytes]:
    if image.mode == "RGBA":
        return encoding.MIMES["WEBP"], encoding.webp(image, quality=quality)
    return encoding.MIMES["JPEG"], encoding.jpeg(image, quality=quality)


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    side = max(1, int(max(image.size) * factor))
    return encoding.resized(image, encoding.size_within(image.size, side))

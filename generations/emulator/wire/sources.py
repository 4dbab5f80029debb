"""Source pictures of an edit: decoded one at a time, remembered small."""

import base64
import binascii
import hashlib
import io
import re
from dataclasses import dataclass

from PIL import Image, ImageOps

DATA_URI = re.compile(r"data:image/(png|jpeg|webp);base64,")
SIZE_LIMIT = 50 * 1024 * 1024  # bytes of one source that the provider takes
PAPER = "#fdfcf9"  # shows through where a source is transparent
THUMBNAIL = 512  # pixels of the longer side
PIXEL_LIMIT = 60_000_000  # above it a source is not decoded, only named
FORMATS = ("PNG", "JPEG", "WEBP")


class UnusableSourceError(ValueError):
    """The provider would refuse this source; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source as it was sent; sizes in pixels and bytes."""

    sha256: str
    size: int
    encoding: str  # "base64" or "data_uri"
    format: str
    width: int
    height: int
    carries: tuple[str, ...]  # what else than pixels is in the file: exif, icc_profile, dpi, …
    thumbnail: bytes  # a small JPEG: hundreds of calls may wait with sixteen of them each

    def summary(self) -> dict[str, object]:
        """Give what the charge book keeps of it."""
        shown = dict(vars(self))
        del shown["thumbnail"]
        return {**shown, "carries": list(self.carries)}


def decode(sent: str, *, position: int) -> Source:
    """Give the source sent as raw base64 or as a data URI; positions count from 1.

    Raises UnusableSourceError.
    """
    prefix = DATA_URI.match(sent)
    try:
        data = base64.b64decode(sent[prefix.end() if prefix else 0 :], validate=True)
    except binascii.Error as error:
        raise UnusableSourceError(f"Invalid base64 data for image {position}.") from error
    if len(data) > SIZE_LIMIT:
        raise UnusableSourceError(f"Image {position} is too large: the limit is 50 MB.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return _describe(image, data, encoding="data_uri" if prefix else "base64")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UnusableSourceError(
            f"Invalid image file or mode for image {position}, please check your image file."
        ) from error


def _describe(image: Image.Image, data: bytes, *, encoding: str) -> Source:
    width, height = image.size
    return Source(
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        encoding=encoding,
        format=(image.format or "").lower(),
        width=width,
        height=height,
        carries=tuple(sorted(map(str, image.info))),
        thumbnail=_thumbnail(image),
    )


def _thumbnail(image: Image.Image) -> bytes:
    out = io.BytesIO()
    _small(image).save(out, "JPEG", quality=88)
    return out.getvalue()


def _small(image: Image.Image) -> Image.Image:
    width, height = image.size
    if width * height > PIXEL_LIMIT:
        return Image.new("RGB", (THUMBNAIL, THUMBNAIL * height // width or 1), "#8a8f98")
    image.draft("RGB", (THUMBNAIL, THUMBNAIL))
    small = image if image.mode in {"RGB", "L"} else image.convert("RGBA")
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    upright = ImageOps.exif_transpose(small)
    sheet = Image.new("RGB", upright.size, PAPER)
    sheet.paste(upright, None, upright if upright.mode == "RGBA" else None)
    return sheet

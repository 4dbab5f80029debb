"""The life of the child: warm up, lock, then one picture after another until the pipe closes."""

import sys
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from .deeds import DEEDS, Answer
from .frames import read_message, write_message
from .limits import allow_one_picture, lock
from .refusals import Refused


def main() -> None:
    """Serve pictures from standard input to standard output."""
    _warm_up()
    lock()
    write_message(sys.stdout.buffer, {"ready": True})
    while True:
        try:
            request, blobs = read_message(sys.stdin.buffer)
        except EOFError:
            return
        allow_one_picture()
        write_message(sys.stdout.buffer, *_carry_out(request, blobs))


def _carry_out(request: dict[str, Any], blobs: Sequence[bytes]) -> Answer:
    try:
        return DEEDS[request.pop("deed")](*blobs, **request)
    except Refused as refusal:
        return {"refused": refusal.code}, []
    except MemoryError:
        return {"refused": "too_complex"}, []
    except Exception:  # noqa: BLE001 - whatever hostile bytes make a decoder raise, they are refused
        return {"refused": "unreadable"}, []


def _warm_up() -> None:
    """Do each deed once: what is imported late must be there while files can still be opened."""
    for form, mode in (("PNG", "RGBA"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGBA")):
        stream = BytesIO()
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.new(mode, (2, 2)).save(stream, form, exif=exif)
        data = stream.getvalue()
        DEEDS["inspect"](data)
        DEEDS["normalise"](data, side=1)
        DEEDS["verify"](data, side=1)
        DEEDS["look"](data, side=1)
        DEEDS["render"](data, sides=[1])
        DEEDS["cover"](data, side=1)
        DEEDS["fit"](data, max_bytes=10_000)
        DEEDS["convert"](data, form=form, side=1, quality=None)

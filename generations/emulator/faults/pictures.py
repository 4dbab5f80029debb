"""The file behind the picture's address is not what was asked, or no picture at all."""

import base64
import io
import struct
import zlib

from PIL import Image

from generations.emulator.faults.effects import Options, PictureFault

Named = tuple[bytes, str]  # a file's bytes and its extension

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
)
TEXT = b"This is not a picture.\n"
PAGE = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"


def _other_bytes(data: bytes) -> bytes:
    """Give a picture as JPEG, or as PNG if it is one already."""
    with Image.open(io.BytesIO(data)) as image:
        wanted = "PNG" if image.format == "JPEG" else "JPEG"
        out = io.BytesIO()
        image.convert("RGB").save(out, wanted)
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """Give a PNG of a few hundred kilobytes that unpacks to side by side pixels, all black."""
    row = bytes(1 + (side + 7) // 8)  # one bit for each pixel
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def _wrong_type(data: bytes, extension: str, _options: Options) -> Named:
    return _other_bytes(data), extension


def _bombed(_data: bytes, _extension: str, options: Options) -> Named:
    return _bomb(int(options["side"])), "png"


def _truncated(data: bytes, extension: str, _options: Options) -> Named:
    return data[: len(data) // 2], extension


def _given(_data: bytes, _extension: str, options: Options) -> Named:
    return base64.b64decode(str(options["base64"])), str(options["extension"])


def _fixed(name: str, about: str, data: bytes, extension: str | None = None) -> PictureFault:
    def replace(_data: bytes, asked: str, _options: Options) -> Named:
        return data, extension or asked

    return PictureFault(name=name, rows="G35", about=about, replace=replace)


PICTURES = (
    PictureFault(
        name="image_wrong_type",
        rows="G35",
        about="Bytes of another format than the extension and the content type say.",
        replace=_wrong_type,
    ),
    PictureFault(
        name="image_bomb",
        rows="G35",
        about="A small PNG that unpacks to side by side pixels.",
        options={"side": 30_000},
        replace=_bombed,
    ),
    PictureFault(
        name="image_truncated",
        rows="G35",
        about="Half of the file.",
        replace=_truncated,
    ),
    PictureFault(
        name="image_bytes",
        rows="G35",
        about="These bytes, given as base64.",
        options={"base64": "", "extension": "png"},
        replace=_given,
    ),
    _fixed("image_svg", "An SVG with a script, called a picture.", SVG),
    _fixed("image_text", "A text file.", TEXT),
    _fixed("image_html", "A page with a script.", PAGE),
    _fixed("image_empty_file", "No bytes at all.", b""),
)

"""Bytes that are not, or not wholly, a picture that the studio takes; each made by hand."""

import gzip
import struct
import zlib

from tests import pictures
from tests.pictures import chunk, header_chunk, png_of_chunks

PIXELS = zlib.compress(b"\0" + bytes(3 * 4))
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>'
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def photo(**options) -> bytes:
    """Return a JPEG with enough in it to be cut anywhere."""
    return pictures.saved(pictures.noise(), "JPEG", quality=90, **options)


def cut(data: bytes, *, percent: int) -> bytes:
    """Return the beginning of some bytes."""
    return data[: len(data) * percent // 100]


def without_end(data: bytes) -> bytes:
    """Return a JPEG without its last marker, or a PNG without its last chunk."""
    return data[:-2] if data[0] == 0xFF else data[:-12]


def wrong_checksum(name: bytes) -> bytes:
    """Return a PNG in which one chunk does not match its checksum."""
    data = pictures.png()
    at = data.index(name)
    length = int.from_bytes(data[at - 4 : at], "big")
    end = at + 4 + length
    return data[:end] + bytes(byte ^ 0xFF for byte in data[end : end + 4]) + data[end + 4 :]


def short_header() -> bytes:
    """Return a PNG whose IHDR has 12 bytes instead of 13."""
    return png_of_chunks(
        chunk(b"IHDR", struct.pack(">IIBBBB", 4, 1, 8, 2, 0, 0)),
        chunk(b"IDAT", PIXELS),
        chunk(b"IEND"),
    )


def claiming_png(width: int, height: int) -> bytes:
    """Return a small PNG that claims to be of this size."""
    return png_of_chunks(
        header_chunk(width, height),
        chunk(b"IDAT", PIXELS),
        chunk(b"IEND"),
    )


def png_bomb() -> bytes:
    """Return 300 kB that really unfold to 50,000 by 50,000 pixels of one bit."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + 50_000 // 8)
    pixels = b"".join(squeeze.compress(row) for _ in range(50_000)) + squeeze.flush()
    return png_of_chunks(
        header_chunk(50_000, 50_000, depth=1, colour_type=0),
        chunk(b"IDAT", pixels),
        chunk(b"IEND"),
    )


def claiming_gif(width: int, height: int) -> bytes:
    """Return a GIF that claims to be of this size."""
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"\x3b".ljust(20, b"\0")


def claiming_bmp(width: int, height: int) -> bytes:
    """Return a BMP that claims to be of this size."""
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header


def claiming_webp(width: int, height: int) -> bytes:
    """Return a WebP whose extended header claims this size."""
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<II", 10, 0) + sizes + pictures.webp()[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def claiming_jpeg(width: int, height: int) -> bytes:
    """Return a JPEG whose frame header claims this size."""
    data = pictures.jpeg()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def many_scans(count: int) -> bytes:
    """Return a progressive JPEG whose last scan comes again and again."""
    data = photo(progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]


def other_frame(marker: int, *, precision=8) -> bytes:
    """Return a JPEG that says it is coded in another way: 0xC9 arithmetic, 0xC3 lossless."""
    data = pictures.jpeg()
    at = data.index(b"\xff\xc0")
    return (
        data[: at + 1]
        + bytes((marker,))
        + data[at + 2 : at + 4]
        + bytes((precision,))
        + data[at + 5 :]
    )


def long_gif(frames: int) -> bytes:
    """Return an animated GIF of many tiny frames."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + frame * frames + b"\x3b"


def svgz() -> bytes:
    """Return a compressed SVG."""
    return gzip.compress(SVG, mtime=0)


def brand(name: bytes) -> bytes:
    """Return the beginning of a file of the HEIF family."""
    return struct.pack(">I", 24) + b"ftyp" + name + b"\0\0\0\0mif1miaf" + bytes(64)

"""The containers, walked before any decoder sees them.

Each function checks that the container is whole and returns only what drawing the picture needs.
Comments, maps, thumbnails, second pictures and animations never reach Pillow, and pictures that
are cut off or made to be slow are told apart from broken ones.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .limits import check_size
from .refusals import Refused

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"IEND"}
PNG_PROFILE = b"iCCP"
PNG_BARE = PNG_NEEDED - {b"eXIf"}
MAX_PROFILE = 4_000_000  # bytes of a colour profile, unpacked
JPEG_STANDALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length: TEM, RST0 to RST7
JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
JPEG_DECODED = {0xC0, 0xC1, 0xC2}  # Huffman: baseline, extended, progressive
JPEG_SCAN, JPEG_END = 0xDA, 0xD9
JPEG_AFTER_SCAN = re.compile(rb"\xff(?![\x00\xd0-\xd7\xff])")
JPEG_KEPT_APPS = {0xE0: b"JFIF\0", 0xE1: b"Exif\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
JPEG_TELLING = {0xE1, 0xE2}  # Exif and profiles
WEBP_BARE = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
MAX_SCANS = 100  # cameras and optimisers write about ten


@dataclass(frozen=True, slots=True)
class Container:
    """A whole container: its format, the bytes to decode, and whether it keeps every pixel.

    `profile` is the colour profile that was taken out of a PNG, whose decoder would take a broken
    or large one for a broken picture.
    """

    format: str
    data: bytes
    lossless: bool
    profile: bytes = b""


def walk(data: bytes) -> Container:
    """Return the container of these bytes; raise Refused when they are not whole."""
    if data.startswith(PNG_SIGNATURE):
        chunks = list(_png_chunks(data))
        needed = [chunk for chunk in chunks if chunk[4:8] != PNG_PROFILE]
        profiles = [_png_profile(chunk[8:-4]) for chunk in chunks if chunk[4:8] == PNG_PROFILE]
        packed = PNG_SIGNATURE + b"".join(needed)
        return Container("PNG", packed, lossless=True, profile=b"".join(profiles[:1]))
    if data.startswith(b"\xff\xd8"):
        return Container("JPEG", b"\xff\xd8" + b"".join(_jpeg_segments(data)), lossless=False)
    _check_webp(data)
    return Container("WEBP", data, lossless=b"VP8L" in data[12:4096])


def is_bare(data: bytes) -> bool:
    """Say whether a whole container holds the picture and nothing else, as uploads are kept.

    No comment, place, name, profile, second picture, nor anything behind its end.
    """
    if data.startswith(PNG_SIGNATURE):
        kept = sum(len(one) for one in _png_chunks(data) if bytes(one[4:8]) in PNG_BARE)
        return kept + len(PNG_SIGNATURE) == len(data)
    if data.startswith(b"\xff\xd8"):
        kept = sum(len(one) for one in _jpeg_segments(data) if one[1] not in JPEG_TELLING)
        return kept + 2 == len(data)
    return int.from_bytes(data[4:8], "little") + 8 == len(data) and _is_bare_webp(data)


def _is_bare_webp(data: bytes) -> bool:
    position = 12
    while position < len(data):
        if data[position : position + 4] not in WEBP_BARE:
            return False
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + length + length % 2
    return position == len(data)


def _png_chunks(data: bytes) -> Iterator[memoryview]:
    view, position, name = memoryview(data), len(PNG_SIGNATURE), b""
    while name != b"IEND":
        length = int.from_bytes(view[position : position + 4], "big")
        end = position + 12 + length
        if end > len(data):
            raise Refused("truncated")
        name = bytes(view[position + 4 : position + 8])
        if position == len(PNG_SIGNATURE) and (name, length) != (b"IHDR", 13):
            raise Refused("unreadable")
        if zlib.crc32(view[position + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise Refused("unreadable")
        if name in PNG_NEEDED or name == PNG_PROFILE:
            yield view[position:end]
        position = end


def _png_profile(content: memoryview) -> bytes:
    """Return the colour profile in a chunk; an empty one when there is none that can be read."""
    _, zero, packed = bytes(content).partition(b"\0")
    if not zero or packed[:1] != b"\0":  # the only method of compression that there is
        return b""
    unpacking = zlib.decompressobj()
    try:
        profile = unpacking.decompress(packed[1:], MAX_PROFILE)
    except zlib.error:
        return b""
    return profile if unpacking.eof else b""


def _jpeg_segments(data: bytes) -> Iterator[memoryview]:
    view, position, scans = memoryview(data), 2, 0
    while True:
        while data[position : position + 2] == b"\xff\xff":
            position += 1
        if position + 2 > len(data):
            raise Refused("truncated")
        if data[position] != 0xFF:
            raise Refused("unreadable")
        marker, end = data[position + 1], position + 2
        if marker not in JPEG_STANDALONE and marker != JPEG_END:
            end += int.from_bytes(view[end : end + 2], "big")
        if end > len(data):
            raise Refused("truncated")
        if marker == JPEG_SCAN:
            scans += 1
            end = _end_of_scan(data, end)
        _check_jpeg(marker, view[position:end], scans)
        if not _is_luggage(marker, view[position:end]):
            yield view[position:end]
        if marker == JPEG_END:
            return
        position = end


def _end_of_scan(data: bytes, start: int) -> int:
    following = JPEG_AFTER_SCAN.search(data, start)
    if following is None:
        raise Refused("truncated")
    return following.start()


def _check_jpeg(marker: int, segment: memoryview, scans: int) -> None:
    if marker in JPEG_FRAMES and (marker not in JPEG_DECODED or bytes(segment[4:5]) != b"\x08"):
        raise Refused("unreadable")  # arithmetic, lossless, hierarchical, or not 8 bits deep
    if scans > MAX_SCANS:
        raise Refused("too_complex")


def _is_luggage(marker: int, segment: memoryview) -> bool:
    is_comment = marker == 0xFE
    is_application = 0xE0 <= marker <= 0xEF
    kept = JPEG_KEPT_APPS.get(marker, b"")
    return is_comment or (is_application and not (kept and bytes(segment[4:]).startswith(kept)))


def _check_webp(data: bytes) -> None:
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise Refused("truncated")
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise Refused("truncated")
    # The decoder takes memory for the canvas as soon as it is made, so its size is read here.
    if kind == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
    elif kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (int.from_bytes(body[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    check_size(width, height)

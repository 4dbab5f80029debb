"""Painters: pictures for tests, made in memory. No picture file lies in the repository."""

import struct
import zlib
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw

CORNERS = {"red": (0, 0), "lime": (1, 0), "blue": (0, 1), "yellow": (1, 1)}


def flat(*, width=64, height=48, colour="red", mode="RGB") -> Image.Image:
    """Paint one colour; `colour` is a name or, for modes like CMYK, a tuple."""
    return Image.new(mode, (width, height), colour)


def corners(*, width=64, height=48) -> Image.Image:
    """Paint four quarters: red and lime above, blue and yellow below; turning it is seen."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for colour, (across, down) in CORNERS.items():
        left, top = across * width // 2, down * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    return image


def scene(seed, *, width=320, height=240) -> Image.Image:
    """Paint shapes of many sizes and colours: for each seed another picture, as photos are."""
    chance = Random(seed)
    image = Image.new("RGB", (width, height), tuple(chance.choices(range(256), k=3)))
    draw = ImageDraw.Draw(image)
    for size in (0.6, 0.4, 0.4, 0.25, 0.25, 0.25, 0.15, 0.15, 0.15, 0.1, 0.1, 0.1):
        across, down = chance.random() * width, chance.random() * height
        radius = size * chance.uniform(0.5, 1) * width
        box = (across - radius, down - radius * chance.random(), across + radius, down + radius)
        colour = tuple(chance.choices(range(256), k=3))
        (draw.ellipse if chance.random() < 0.6 else draw.rectangle)(box, fill=colour)
    return image


def noise(*, width=256, height=256) -> Image.Image:
    """Paint what compresses badly, as a photo does."""
    channels = [Image.effect_noise((width, height), 40 + 20 * number) for number in range(3)]
    return Image.merge("RGB", channels)


def saved(image: Image.Image, form: str, **options) -> bytes:
    """Return a painted picture in a format of Pillow."""
    stream = BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def png(*, width=64, height=48, colour="red", mode="RGB", **options) -> bytes:
    """Return a PNG of one colour."""
    return saved(flat(width=width, height=height, colour=colour, mode=mode), "PNG", **options)


def jpeg(*, width=64, height=48, colour="red", mode="RGB", **options) -> bytes:
    """Return a JPEG of one colour."""
    options = {"quality": 95, "subsampling": 0} | options
    return saved(flat(width=width, height=height, colour=colour, mode=mode), "JPEG", **options)


def webp(*, width=64, height=48, colour="red", mode="RGB", **options) -> bytes:
    """Return a WebP of one colour."""
    return saved(flat(width=width, height=height, colour=colour, mode=mode), "WEBP", **options)


def half_transparent_png(*, width=64, height=48, colour="red") -> bytes:
    """Return a PNG whose left half is transparent."""
    image = flat(width=width, height=height, colour=colour, mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    return saved(image, "PNG")


def animation(form: str, *, frames=3, width=64, height=48) -> bytes:
    """Return an animation in a format of Pillow; its first frame is red."""
    others = [
        flat(width=width, height=height, colour=(0, 0, 50 + number)) for number in range(frames - 1)
    ]
    first = flat(width=width, height=height)
    return saved(first, form, save_all=True, append_images=others, duration=50)


def mpo(*, width=64, height=48) -> bytes:
    """Return what phones call a JPEG: a red picture with a blue second one behind it."""
    second = flat(width=width, height=height, colour="blue")
    return saved(flat(width=width, height=height), "MPO", save_all=True, append_images=[second])


def opened(data: bytes) -> Image.Image:
    """Return stored bytes as a picture, decoded, for a test to look at."""
    image = Image.open(BytesIO(data))
    image.load()
    return image


def chunk(name: bytes, data: bytes = b"", *, crc: int | None = None) -> bytes:
    """Return one chunk of a PNG, with a right checksum unless another is given."""
    checksum = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def png_of_chunks(*chunks: bytes) -> bytes:
    """Return a PNG made by hand."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def header_chunk(width: int, height: int, *, depth=8, colour_type=2) -> bytes:
    """Return the IHDR of a PNG, which may lie about what follows."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0))


def raw_png(rows: list[bytes], *, width: int, depth: int, colour_type: int, before=()) -> bytes:
    """Return a PNG of given rows of samples, for kinds that Pillow does not write."""
    pixels = b"".join(b"\0" + row for row in rows)
    header = header_chunk(width, len(rows), depth=depth, colour_type=colour_type)
    return png_of_chunks(header, *before, chunk(b"IDAT", zlib.compress(pixels)), chunk(b"IEND"))


def exif(orientation: object = 1, *, kind=3) -> bytes:
    """Return an Exif block with one tag, the orientation; `kind` 3 is a short, 2 a string."""
    if kind == 2:
        value = str(orientation).encode().ljust(4, b"\0")
        count = len(str(orientation)) + 1
    else:
        value, count = struct.pack("<HH", orientation, 0), 1
    entry = struct.pack("<HHI", 0x0112, kind, count) + value
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)


def segment(marker: int, data: bytes) -> bytes:
    """Return one segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """Return a JPEG with further segments right after its beginning."""
    return data[:2] + b"".join(segments) + data[2:]

"""I14, I20: what is stored, shown and sent is the picture and nothing else that came with it."""

import io
import zipfile
import zlib

import pytest

from imagestudio.library import imaging
from tests import pictures
from tests.pictures import chunk, header_chunk, png_of_chunks, segment, with_segments

MARKER = b"SECRET-PLACE-52.5200N"
EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0e\x01\x02\0\x16\0\0\0\x1a\0\0\0\0\0\0\0" + MARKER + b"\0"
XMP = (
    b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + MARKER + b"</x:xmpmeta>"
)
IPTC = b"Photoshop 3.0\0008BIM\x04\x04\0\0\0\0\0\x1a\x1c\x02\x50\0\x15" + MARKER
HTML = b"<html><script>alert('" + MARKER + b"')</script></html>"


def jpeg(*segments):
    return with_segments(pictures.saved(pictures.noise(width=64), "JPEG"), *segments)


def thumbnail():
    inside = with_segments(pictures.jpeg(width=16, height=16), segment(0xFE, MARKER))
    return segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\x0e\0\0\0" + inside)


def png(*chunks):
    data = pictures.png()
    return data[:33] + b"".join(chunks) + data[33:]


def png_and_zip():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("run.js", MARKER)
    return pictures.png() + archive.getvalue()


def png_with_code_in_its_pixels():
    row = (b"<?php " + MARKER).ljust(48)
    pixels = zlib.compress(b"\0" + row, level=0)
    return png_of_chunks(header_chunk(16, 1), chunk(b"IDAT", pixels), chunk(b"IEND"))


def webp(**options):
    return pictures.webp(lossless=True, **options)


CARRIERS = [
    ("I14-exif-jpeg", lambda: jpeg(segment(0xE1, EXIF))),
    ("I14-exif-png", lambda: png(chunk(b"eXIf", EXIF[6:]))),
    ("I14-exif-webp", lambda: webp(exif=EXIF)),
    ("I14-xmp-jpeg", lambda: jpeg(segment(0xE1, XMP))),
    ("I14-xmp-png", lambda: png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP[29:]))),
    ("I14-xmp-webp", lambda: webp(xmp=XMP[29:])),
    ("I14-iptc-by-line", lambda: jpeg(segment(0xED, IPTC))),
    ("I14-maker-notes", lambda: jpeg(segment(0xE5, b"MAKER\0" + MARKER))),
    ("I14-thumbnail", lambda: jpeg(thumbnail())),
    ("I14-text-png", lambda: png(chunk(b"tEXt", b"Comment\0" + MARKER))),
    ("I14-private-chunk", lambda: png(chunk(b"prVt", MARKER))),
    ("I14-second-picture", lambda: pictures.mpo() + MARKER),
    ("I20-comment-jpeg", lambda: jpeg(segment(0xFE, HTML))),
    ("I20-html-behind-jpeg", lambda: jpeg() + HTML),
    ("I20-zip-behind-png", png_and_zip),
    ("I20-code-in-pixels", png_with_code_in_its_pixels),
    ("I20-html-behind-webp", lambda: webp() + HTML),
]  # fmt: skip


@pytest.fixture(params=[pytest.param(make, id=name) for name, make in CARRIERS])
def carrier(request):
    data = request.param()
    assert MARKER in data or b"run.js" in data
    return data


def is_clean(data):
    return MARKER not in data and b"run.js" not in data and b"Exif" not in data


def test_what_is_stored_carries_nothing_else(carrier):
    normalised = imaging.normalise(carrier)

    assert is_clean(normalised.data)
    assert all(is_clean(rendition.data) for rendition in normalised.renditions)
    assert pictures.opened(normalised.data).info.keys() <= {"jfif", "jfif_version", "jfif_unit",
        "jfif_density", "loop", "background", "duration", "timestamp"}  # fmt: skip


def test_what_is_shown_carries_nothing_else(carrier):
    assert all(is_clean(rendition.data) for rendition in imaging.render(carrier))


@pytest.mark.parametrize("max_bytes", [10_000_000, 4_000], ids=["as it is", "made smaller"])
def test_what_is_sent_carries_nothing_else(carrier, max_bytes):
    assert is_clean(imaging.fit(carrier, max_bytes=max_bytes).data)

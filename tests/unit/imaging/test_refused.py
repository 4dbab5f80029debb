"""What is refused, with which code; nothing is ever decoded of what is no PNG, JPEG or WebP."""

import contextlib
import time

import pytest

from imagestudio.errors import Invalid, UnsupportedMedia
from imagestudio.library import imaging
from tests import pictures
from tests.unit.imaging import bad_pictures as bad

UNPROCESSABLE = [
    ("I1-empty", lambda: b"", "empty"),
    ("I1-one-byte", lambda: b"\x89", "unreadable"),
    ("I1-magic-only", lambda: b"\x89PNG\r\n\x1a\n", "unreadable"),
    ("I2-jpeg-half", lambda: bad.cut(bad.photo(), percent=50), "truncated"),
    ("I2-jpeg-99-percent", lambda: bad.cut(bad.photo(), percent=99), "truncated"),
    ("I2-jpeg-without-end", lambda: bad.without_end(bad.photo()), "truncated"),
    ("I2-jpeg-head-only", lambda: bad.photo()[:300], "truncated"),
    ("I2-webp-half", lambda: bad.cut(pictures.webp(), percent=50), "truncated"),
    ("I2-webp-head-only", lambda: pictures.webp()[:14], "truncated"),
    ("I3-crc-of-header", lambda: bad.wrong_checksum(b"IHDR"), "unreadable"),
    ("I3-crc-of-pixels", lambda: bad.wrong_checksum(b"IDAT"), "unreadable"),
    ("I3-header-of-12-bytes", bad.short_header, "unreadable"),
    ("I3-png-without-end", lambda: bad.without_end(pictures.png()), "truncated"),
    ("I3-png-half", lambda: bad.cut(pictures.png(), percent=50), "truncated"),
    ("I3-fewer-pixels-than-claimed", lambda: bad.claiming_png(400, 400), "truncated"),
    ("I3-no-pixels", lambda: bad.claiming_png(0, 0), "unreadable"),
    ("I4-png-bomb", bad.png_bomb, "too_many_pixels"),
    ("I4-png-claim", lambda: bad.claiming_png(50_000, 50_000), "too_many_pixels"),
    ("I4-gif", lambda: bad.claiming_gif(65_535, 65_535), "too_many_pixels"),
    ("I4-bmp", lambda: bad.claiming_bmp(100_000, -100_000), "too_many_pixels"),
    ("I4-webp", lambda: bad.claiming_webp(16_384, 16_384), "too_many_pixels"),
    ("I4-jpeg", lambda: bad.claiming_jpeg(65_500, 65_500), "too_many_pixels"),
    ("I5-wide", lambda: bad.claiming_png(100_000, 1), "side_too_long"),
    ("I5-tall", lambda: bad.claiming_png(1, 100_000), "side_too_long"),
    ("I5-wide-jpeg", lambda: bad.claiming_jpeg(60_000, 8), "side_too_long"),
    ("I8-many-scans", lambda: bad.many_scans(600), "too_complex"),
    ("I8-arithmetic", lambda: bad.other_frame(0xC9), "unreadable"),
    ("I8-lossless", lambda: bad.other_frame(0xC3), "unreadable"),
    ("I8-12-bit", lambda: bad.other_frame(0xC1, precision=12), "unreadable"),
]  # fmt: skip

UNSUPPORTED = [
    ("I9-gif-10000-frames", lambda: bad.long_gif(10_000)),
    ("I9-animated-gif", lambda: pictures.animation("GIF")),
    ("I17-svg", lambda: bad.SVG),
    ("I17-svgz", bad.svgz),
    ("I17-billion-laughs", lambda: bad.BILLION_LAUGHS),
    ("I18-pdf", lambda: pictures.saved(pictures.flat(), "PDF")),
    ("I18-eps", lambda: pictures.saved(pictures.flat(), "EPS")),
    ("I18-ps", lambda: b"%!PS-Adobe-3.0\nshowpage\n"),
    ("I18-wmf", lambda: b"\xd7\xcd\xc6\x9a" + bytes(40)),
    ("I18-emf", lambda: b"\x01\0\0\0" + bytes(36) + b" EMF" + bytes(40)),
    ("I18-psd", lambda: b"8BPS\0\x01" + bytes(40)),
    ("I18-fpx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40)),
    ("I18-dds", lambda: pictures.saved(pictures.flat(), "DDS")),
    ("I18-fits", lambda: b"SIMPLE  =                    T".ljust(80)),
    ("I18-j2k", lambda: pictures.saved(pictures.flat(), "JPEG2000")),
    ("I18-tiff", lambda: pictures.saved(pictures.flat(), "TIFF")),
    ("I18-ico", lambda: pictures.saved(pictures.flat(), "ICO")),
    ("I18-tga", lambda: pictures.saved(pictures.flat(), "TGA")),
    ("I18-bmp", lambda: pictures.saved(pictures.flat(), "BMP")),
    ("I12-float-tiff", lambda: pictures.saved(pictures.flat(mode="F", colour=0.5), "TIFF")),
    ("I20-gifar", lambda: pictures.saved(pictures.flat(), "GIF") + b"PK\x03\x04" + bytes(40)),
]

CONVERTIBLE = [
    ("I19-heic", lambda: bad.brand(b"heic")),
    ("I19-heif", lambda: bad.brand(b"mif1")),
    ("I19-avif", lambda: pictures.saved(pictures.flat(), "AVIF")),
    ("I9-avif-sequence", lambda: bad.brand(b"avis")),
]


def table(rows):
    return [pytest.param(*values, id=name) for name, *values in rows]


@pytest.mark.parametrize(("make", "code"), table(UNPROCESSABLE))
def test_a_picture_that_cannot_be_taken_says_why(make, code):
    with pytest.raises(imaging.RefusedImage) as refused:
        imaging.normalise(make())

    assert refused.value.code == code
    assert isinstance(refused.value, Invalid)


@pytest.mark.parametrize("make", table(UNSUPPORTED))
def test_what_is_no_png_jpeg_or_webp_never_reaches_a_decoder(make):
    with pytest.raises(imaging.UnsupportedImage) as refused:
        imaging.normalise(make())

    assert refused.value.code == "unsupported_media"
    assert isinstance(refused.value, UnsupportedMedia)


@pytest.mark.parametrize("make", table(CONVERTIBLE))
def test_pictures_of_phones_are_told_how_to_come_in(make):
    with pytest.raises(imaging.UnsupportedImage, match="Convert it to JPEG or PNG"):
        imaging.normalise(make())


@pytest.mark.parametrize(("make", "code"), table(UNPROCESSABLE))
def test_the_same_from_a_provider_is_bad_output(make, code):
    with pytest.raises(imaging.BadOutput) as refused:
        imaging.receive_result(make())

    assert refused.value.code == "bad_output"
    assert refused.value.reason == code


def test_filling_before_a_marker_costs_no_time():
    filled = pictures.jpeg()[:-2] + b"\xff" * 2_000_000 + b"\x00" + b"\x01" * 10 + b"\xff\xd9"
    began = time.monotonic()

    with contextlib.suppress(imaging.RefusedImage):
        imaging.normalise(filled)

    assert time.monotonic() - began < 10  # quadratic, it would take minutes

"""I11, I12, I16: whatever colours come in, sRGB of 8 bits goes out, and it looks the same."""

import struct
import zlib

import pytest
from PIL import Image

from imagestudio.library import imaging
from tests import pictures
from tests.unit.imaging import colours

INKS = {
    "white": (0, 0, 0, 0),
    "black": (0, 0, 0, 255),
    "cyan": (255, 0, 0, 0),
    "orange": (0, 120, 240, 10),
    "grey": (0, 0, 0, 128),
}


def first_pixel(data):
    return pictures.opened(data).convert("RGBA").getpixel((1, 1))


def printed(inks):
    """Return the colour of inks on paper, without any profile."""
    cyan, magenta, yellow, black = inks
    return tuple((255 - ink) * (255 - black) / 255 for ink in (cyan, magenta, yellow))


def ycck_jpeg(inks):
    """Return a JPEG that keeps its inks as luma and chroma, as Photoshop does."""
    painted = pictures.flat(mode="CMYK", colour=inks)
    # Luma and chroma are of the inks as if they were light, and Pillow inverts what it writes.
    inky = Image.merge("RGB", painted.split()[:3]).convert("YCbCr")
    turned = [band.point(lambda value: 255 - value) for band in inky.split()]
    data = pictures.saved(
        Image.merge("CMYK", [*turned, painted.getchannel("K")]), "JPEG", quality=95, subsampling=0
    )
    at = data.index(b"Adobe") + 11
    assert data[at] == 0, "Pillow writes plain CMYK"
    return data[:at] + b"\x02" + data[at + 1 :]


@pytest.mark.parametrize(
    "inks", [pytest.param(inks, id=f"I11-{name}") for name, inks in INKS.items()]
)
@pytest.mark.parametrize(
    "make", [lambda inks: pictures.jpeg(mode="CMYK", colour=inks), ycck_jpeg], ids=["CMYK", "YCCK"]
)
def test_inks_look_as_on_paper(make, inks):
    normalised = imaging.normalise(make(inks))

    assert normalised.mime == "image/jpeg"
    assert colours.distance_of_pixels(first_pixel(normalised.data), printed(inks)) < 3


@pytest.mark.parametrize(
    ("name", "to_xyz"),
    [("Display P3", colours.P3_TO_XYZ), ("Adobe RGB", colours.ADOBE_TO_XYZ)],
    ids=["I16-display-p3", "I16-adobe-rgb"],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("pixel", [(200, 120, 100), (90, 140, 100), (128, 128, 128)], ids=str)
def test_a_profile_is_converted_to_srgb(name, to_xyz, form, pixel):
    options = {"quality": 100} if form != "PNG" else {}
    painted = pictures.flat(colour=pixel)
    data = pictures.saved(painted, form, icc_profile=colours.profile(to_xyz), **options)

    normalised = imaging.normalise(data)

    meant = colours.lab([(value / 255) ** 2.2 for value in pixel], to_xyz)
    got = colours.lab(colours.srgb_linear(first_pixel(normalised.data)), colours.SRGB_TO_XYZ)
    assert colours.distance(meant, got) < 3
    assert "icc_profile" not in pictures.opened(normalised.data).info


@pytest.mark.parametrize(
    "profile",
    [
        pytest.param(b"this is no profile", id="I16-invalid"),
        pytest.param(colours.profile(colours.P3_TO_XYZ)[:200], id="I16-cut-off"),
        pytest.param(colours.profile(colours.P3_TO_XYZ, space=b"CMYK"), id="I16-cmyk-on-rgb"),
        pytest.param(colours.profile(colours.P3_TO_XYZ, space=b"GRAY"), id="I16-grey-on-rgb"),
    ],
)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_profile_that_makes_no_sense_is_ignored(profile, form):
    data = pictures.saved(pictures.flat(colour=(200, 120, 100)), form, icc_profile=profile)

    normalised = imaging.normalise(data)

    assert colours.distance_of_pixels(first_pixel(normalised.data), (200, 120, 100)) < 3


def test_alpha_passes_a_profile_unchanged():
    painted = pictures.flat(mode="RGBA", colour=(200, 120, 100, 77))
    data = pictures.saved(painted, "PNG", icc_profile=colours.profile(colours.P3_TO_XYZ))

    assert first_pixel(imaging.normalise(data).data)[3] == 77


def grey16(*levels):
    rows = [struct.pack(f">{len(levels)}H", *levels)]
    return pictures.raw_png(rows, width=len(levels), depth=16, colour_type=0)


def test_grey_of_16_bits_does_not_become_white():
    normalised = imaging.normalise(grey16(0, 0x1234, 0x8000, 0xFFFF))

    assert list(pictures.opened(normalised.data).convert("L").tobytes()) == [0, 0x12, 0x80, 0xFF]


def rgb16():
    return pictures.raw_png(
        [struct.pack(">3H", 0xFFFF, 0x8000, 0)], width=1, depth=16, colour_type=2
    )


def palette_without_end():
    palette = pictures.chunk(b"PLTE", bytes((255, 0, 0)))
    return pictures.raw_png([bytes((0, 9, 0))], width=3, depth=8, colour_type=3, before=[palette])


def palette_with_transparency():
    image = pictures.flat().convert("P")
    return pictures.saved(image, "PNG", transparency=0)


@pytest.mark.parametrize(
    ("make", "has_alpha"),
    [
        pytest.param(rgb16, False, id="I12-rgb-of-16-bits"),
        pytest.param(lambda: pictures.png(mode="1", colour=1), False, id="I12-1-bit"),
        pytest.param(lambda: pictures.png(mode="L", colour=9), False, id="I12-grey"),
        pytest.param(lambda: pictures.png(mode="LA", colour=(9, 9)), True, id="I12-grey-alpha"),
        pytest.param(lambda: pictures.png(mode="P", colour=0), False, id="I12-palette"),
        pytest.param(palette_with_transparency, True, id="I12-palette-with-transparency"),
        pytest.param(palette_without_end, False, id="I12-palette-too-short"),
        pytest.param(lambda: pictures.jpeg(mode="L", colour=9), False, id="I12-grey-jpeg"),
        pytest.param(lambda: pictures.webp(mode="RGBA"), False, id="I12-opaque-webp"),
        pytest.param(lambda: pictures.png(mode="RGBA"), True, id="I12-alpha"),
    ],
)
def test_every_kind_of_pixel_is_taken(make, has_alpha):
    normalised = imaging.normalise(make())

    assert pictures.opened(normalised.data).mode in {"L", "RGB", "RGBA"}
    assert normalised.has_alpha == has_alpha


def test_what_is_invisible_stays_invisible():
    normalised = imaging.normalise(pictures.half_transparent_png())
    image = pictures.opened(normalised.data)

    assert image.getpixel((1, 1))[3] == 0
    assert image.getpixel((60, 1)) == (255, 0, 0, 255)


def test_a_grey_profile_is_converted_under_alpha_too():
    profile = colours.grey_profile(gamma=1.0)
    opaque = pictures.saved(pictures.flat(mode="L", colour=100), "PNG", icc_profile=profile)
    half = pictures.saved(pictures.flat(mode="LA", colour=(100, 77)), "PNG", icc_profile=profile)

    wanted = first_pixel(imaging.normalise(opaque).data)
    got = first_pixel(imaging.normalise(half).data)

    assert colours.distance_of_pixels(wanted, (100, 100, 100)) > 10  # the profile says something
    assert colours.distance_of_pixels(got, wanted) < 1
    assert got[3] == 77


def transparent(*, depth, colour_type, row, colour):
    """Return a PNG of one row that declares one of its colours transparent."""
    declared = pictures.chunk(b"tRNS", struct.pack(f">{len(colour)}H", *colour))
    width = len(row) * 8 // depth // {0: 1, 2: 3}[colour_type]
    return pictures.raw_png(
        [row], width=width, depth=depth, colour_type=colour_type, before=[declared]
    )


@pytest.mark.parametrize(
    ("picture", "alphas"),
    [
        pytest.param(
            {"depth": 2, "colour_type": 0, "row": b"\x1b", "colour": [2]}, [255, 255, 0, 255],
            id="I12-grey-of-2-bits",
        ),
        pytest.param(
            {"depth": 4, "colour_type": 0, "row": b"\x7f", "colour": [7]}, [0, 255],
            id="I12-grey-of-4-bits",
        ),
        pytest.param(
            {"depth": 8, "colour_type": 0, "row": b"\x07\x08", "colour": [7]}, [0, 255],
            id="I12-grey-of-8-bits",
        ),
        pytest.param(
            {"depth": 16, "colour_type": 0, "row": b"\x12\x34\x12\x35", "colour": [0x1234]},
            [0, 255],
            id="I12-grey-of-16-bits",
        ),
        pytest.param(
            {"depth": 8, "colour_type": 2, "row": bytes((1, 2, 3, 4, 5, 6)), "colour": [4, 5, 6]},
            [255, 0],
            id="I12-rgb-of-8-bits",
        ),
        pytest.param(
            {
                "depth": 16,
                "colour_type": 2,
                "row": struct.pack(">6H", 0x1234, 0, 0, 0xFFFF, 0, 0),
                "colour": [0x1234, 0, 0],
            },
            [0, 255],
            id="I12-rgb-of-16-bits",
        ),
    ],
)  # fmt: skip
def test_a_colour_that_is_declared_transparent_is(picture, alphas):
    normalised = imaging.normalise(transparent(**picture))

    drawn = pictures.opened(normalised.data).convert("RGBA")
    assert list(drawn.getchannel("A").tobytes()) == alphas


def profiled_png(content):
    """Return a PNG with this content of the chunk for its profile."""
    return pictures.png_of_chunks(
        pictures.header_chunk(1, 1),
        pictures.chunk(b"iCCP", content),
        pictures.chunk(b"IDAT", zlib.compress(bytes((0, 200, 120, 100)))),
        pictures.chunk(b"IEND"),
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no end of the name", id="no NUL"),
        pytest.param(b"name\0\1" + zlib.compress(b"x"), id="unknown method"),
        pytest.param(b"name\0\0" + zlib.compress(bytes(9_000_000)), id="too large"),
        pytest.param(b"name\0\0" + b"not compressed", id="not compressed"),
        pytest.param(b"name\0\0" + zlib.compress(b"x" * 500)[:9], id="cut off"),
    ],
)
def test_a_profile_that_cannot_be_read_is_ignored_in_a_png_as_elsewhere(content):
    pixel = pictures.opened(imaging.normalise(profiled_png(content)).data).getpixel((0, 0))

    assert pixel[:3] == (200, 120, 100)


def test_a_large_profile_is_converted_in_a_png_as_in_a_jpeg():
    profile = colours.profile(colours.P3_TO_XYZ) + bytes(1_500_000)
    data = profiled_png(b"name\0\0" + zlib.compress(profile))

    pixel = pictures.opened(imaging.normalise(data).data).getpixel((0, 0))

    meant = colours.lab([(value / 255) ** 2.2 for value in (200, 120, 100)], colours.P3_TO_XYZ)
    got = colours.lab(colours.srgb_linear(pixel), colours.SRGB_TO_XYZ)
    assert colours.distance(meant, got) < 3

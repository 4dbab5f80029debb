"""I13: a picture is stored upright, and its sizes are those that a person sees."""

import pytest

from imagestudio.library import imaging
from tests import pictures

# orientation → which corner of the stored pixels stands at the top left of what a person sees
SHOWN = {1: "red", 2: "lime", 3: "yellow", 4: "blue", 5: "red", 6: "blue", 7: "yellow", 8: "lime"}
RGB = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}


def oriented(form, block):
    options = {"quality": 95, "subsampling": 0} if form == "JPEG" else {}
    return pictures.saved(pictures.corners(width=64, height=32), form, exif=block, **options)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [pytest.param(value, id=f"I13-{value}") for value in SHOWN])
def test_a_turned_picture_is_stored_upright(form, orientation):
    normalised = imaging.normalise(oriented(form, pictures.exif(orientation)))
    image = pictures.opened(normalised.data).convert("RGB")

    pixel = image.getpixel((2, 2))
    assert min(RGB, key=lambda name: far(RGB[name], pixel)) == SHOWN[orientation]
    assert image.size == (normalised.width, normalised.height)
    assert image.size == ((64, 32) if orientation < 5 else (32, 64))


def far(one, other):
    return sum(abs(a - b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(pictures.exif(0), id="I13-0"),
        pytest.param(pictures.exif(9), id="I13-9"),
        pytest.param(pictures.exif(65_535), id="I13-65535"),
        pytest.param(pictures.exif("6", kind=2), id="I13-string"),
        pytest.param(b"Exif\0\0" + b"garbage!" * 4, id="I13-garbage"),
        pytest.param(pictures.exif(6)[:16], id="I13-cut-off"),
        pytest.param(pictures.exif(6)[:10] + b"\xff\xff\xff\xff", id="I13-points-nowhere"),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_an_orientation_that_makes_no_sense_is_none(form, block):
    normalised = imaging.normalise(oriented(form, block))

    assert (normalised.width, normalised.height) == (64, 32)


def test_a_result_is_measured_as_it_is_seen():
    verified = imaging.receive_result(oriented("JPEG", pictures.exif(6)))

    assert (verified.width, verified.height) == (32, 64)
    assert (verified.renditions[0].width, verified.renditions[0].height) == (32, 64)

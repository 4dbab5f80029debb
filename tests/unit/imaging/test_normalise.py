"""An upload keeps its format and its looks: I6, I9, I10, I21, and what it costs in memory (I4)."""

import io
from pathlib import Path

import pytest

from imagestudio.library import imaging
from tests import pictures
from tests.unit.imaging import bad_pictures as bad

MIMES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
RED = (255, 0, 0)


def reddest(data):
    pixel = pictures.opened(data).convert("RGB").getpixel((5, 5))
    return all(abs(a - b) < 10 for a, b in zip(pixel, RED, strict=True))


@pytest.mark.parametrize("form", MIMES)
def test_the_format_is_kept(form):
    normalised = imaging.normalise(pictures.saved(pictures.flat(), form))

    assert normalised.mime == MIMES[form]
    assert pictures.opened(normalised.data).format == form
    assert reddest(normalised.data)


def test_a_png_keeps_every_pixel():
    painted = pictures.noise()

    normalised = imaging.normalise(pictures.saved(painted, "PNG"))

    assert pictures.opened(normalised.data).tobytes() == painted.tobytes()


def test_a_lossless_webp_keeps_every_pixel():
    painted = pictures.noise()

    normalised = imaging.normalise(pictures.saved(painted, "WEBP", lossless=True))

    assert pictures.opened(normalised.data).tobytes() == painted.tobytes()


def test_a_jpeg_keeps_its_colour_at_full_resolution():
    normalised = imaging.normalise(bad.photo(subsampling=0))
    layers = pictures.opened(normalised.data).layer

    assert {(across, down) for _, across, down, _ in layers} == {(1, 1)}


def test_the_first_rendition_and_the_colour_come_along():
    normalised = imaging.normalise(pictures.png(width=600, height=300, colour="#3366cc"))
    (rendition,) = normalised.renditions

    assert (rendition.name, rendition.width, rendition.height) == ("256", 256, 128)
    assert pictures.opened(rendition.data).format == "WEBP"
    assert normalised.placeholder == "#3366cc"


def test_the_colour_of_what_is_half_transparent_is_that_of_what_is_seen():
    assert imaging.normalise(pictures.half_transparent_png()).placeholder == "#ff0000"


def test_an_open_file_is_read_without_loading_it():
    stream = io.BytesIO(pictures.png())
    stream.seek(7)

    assert imaging.normalise(stream).mime == "image/png"


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: pictures.animation("PNG"), id="I9-apng"),
        pytest.param(lambda: pictures.animation("WEBP"), id="I9-animated-webp"),
        pytest.param(lambda: pictures.animation("PNG", frames=200), id="I9-apng-of-200-frames"),
        pytest.param(pictures.mpo, id="I10-mpo"),
    ],
)
def test_of_several_pictures_the_first_is_kept(make):
    normalised = imaging.normalise(make())
    image = pictures.opened(normalised.data)

    assert getattr(image, "n_frames", 1) == 1
    assert reddest(normalised.data)


def test_a_second_picture_that_is_cut_off_does_no_harm():
    data = pictures.mpo()

    assert imaging.normalise(data[: len(data) * 3 // 4]).mime == "image/jpeg"


def blank(width, height):
    return pictures.png(width=width, height=height, mode="1", colour=1)


@pytest.mark.parametrize(
    ("width", "height"),
    [
        pytest.param(8000, 5000, id="I6-40-million-pixels"),
        pytest.param(8192, 2, id="I6-longest-side"),
    ],
)
def test_the_largest_picture_is_taken(width, height):
    inspected = imaging.inspect(blank(width, height))

    assert (inspected.width, inspected.height) == (width, height)


@pytest.mark.parametrize(
    ("width", "height", "code"),
    [
        pytest.param(8000, 5001, "too_many_pixels", id="I6-a-row-more"),
        pytest.param(8193, 2, "side_too_long", id="I6-a-pixel-wider"),
        pytest.param(2, 8193, "side_too_long", id="I6-a-pixel-higher"),
    ],
)
def test_one_more_is_refused(width, height, code):
    with pytest.raises(imaging.RefusedImage) as refused:
        imaging.inspect(blank(width, height))

    assert refused.value.code == code


def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize(
    "make", [bad.png_bomb, lambda: bad.claiming_webp(16_384, 16_384)], ids=["I4-png", "I4-webp"]
)
def test_a_bomb_costs_the_web_process_nothing(make):
    data = make()
    before = resident_bytes()

    with pytest.raises(imaging.RefusedImage):
        imaging.normalise(data)

    assert resident_bytes() - before < 20_000_000

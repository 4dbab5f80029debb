"""Renditions: smaller WebP copies that pages show; and copies that fit what may be sent."""

import pytest

from imagestudio.library import imaging
from tests import pictures


def sizes(renditions):
    return {one.name: (one.width, one.height) for one in renditions}


@pytest.mark.parametrize(
    ("width", "height", "made"),
    [
        (2048, 1024, {"256": (256, 128), "512": (512, 256), "1024": (1024, 512)}),
        (1000, 1500, {"256": (171, 256), "512": (341, 512), "1024": (683, 1024)}),
        (300, 200, {"256": (256, 171), "512": (300, 200), "1024": (300, 200)}),
        (10, 10, {"256": (10, 10), "512": (10, 10), "1024": (10, 10)}),
        (8192, 1, {"256": (256, 1), "512": (512, 1), "1024": (1024, 1)}),
        (1, 8192, {"256": (1, 256), "512": (1, 512), "1024": (1, 1024)}),
    ],
    ids=["large", "upright", "between", "tiny", "I5-wide", "I5-tall"],
)
def test_renditions_are_named_by_their_longest_side_and_never_enlarged(width, height, made):
    renditions = imaging.render(pictures.png(width=width, height=height))

    assert sizes(renditions) == made
    for one in renditions:
        image = pictures.opened(one.data)
        assert (image.format, image.size) == ("WEBP", (one.width, one.height))


def test_only_some_may_be_asked_for():
    renditions = imaging.render(pictures.png(width=2000, height=1000), sides=[1024, 512])

    assert sizes(renditions) == {"1024": (1024, 512), "512": (512, 256)}


def test_transparency_is_shown():
    rendition = imaging.render(pictures.half_transparent_png())[0]

    assert pictures.opened(rendition.data).getpixel((1, 1))[3] == 0


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_fits_is_sent_with_every_pixel(form):
    painted = pictures.noise()
    data = pictures.saved(painted, form, lossless=True)

    fitted = imaging.fit(data, max_bytes=1_000_000)

    assert pictures.opened(fitted.data).convert("RGB").tobytes() == painted.tobytes()


@pytest.mark.parametrize("max_bytes", [400_000, 50_000, 5_000, 1_000])
@pytest.mark.parametrize(
    ("mode", "mime"), [("RGB", "image/jpeg"), ("RGBA", "image/webp")], ids=["opaque", "alpha"]
)
def test_what_does_not_fit_is_made_to(mode, mime, max_bytes):
    painted = pictures.noise(width=1200, height=900).convert(mode)

    fitted = imaging.fit(pictures.saved(painted, "PNG"), max_bytes=max_bytes)

    image = pictures.opened(fitted.data)
    assert len(fitted.data) <= max_bytes
    assert fitted.mime == mime
    assert image.size == (fitted.width, fitted.height)
    assert abs(fitted.width / fitted.height - 4 / 3) < 0.2


def test_a_copy_uses_most_of_what_it_may():
    painted = pictures.noise(width=1600, height=1200)

    fitted = imaging.fit(pictures.saved(painted, "JPEG", quality=95), max_bytes=300_000)

    assert len(fitted.data) > 120_000


def test_what_cannot_be_made_small_enough_is_said():
    with pytest.raises(imaging.OversizedImage):
        imaging.fit(pictures.jpeg(), max_bytes=20)


def test_a_cover_is_tiny_and_grey_and_shows_nothing_of_what_is_in_it():
    cover = imaging.cover(pictures.png(width=400, height=300))

    image = pictures.opened(cover.data)
    assert (cover.name, image.size) == (imaging.COVERED, (32, 24))
    assert len(cover.data) < 500
    pixels = image.convert("RGB").tobytes()
    for red, green, blue in zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True):
        assert max(red, green, blue) - min(red, green, blue) <= 8

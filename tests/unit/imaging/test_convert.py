"""Copies in a format and size that somebody asks for."""

import pytest

from imagestudio.library import imaging
from tests import pictures


@pytest.mark.parametrize("form", imaging.FORMATS)
def test_every_format_is_made_of_every_other(form):
    for source in (pictures.png(), pictures.jpeg(), pictures.webp()):
        made = imaging.convert(source, form=form)
        opened = pictures.opened(made.data)
        assert (opened.format, opened.size, made.mime) == (form.upper(), (64, 48), f"image/{form}")


@pytest.mark.parametrize(
    ("side", "size"), [(None, (64, 48)), (32, (32, 24)), (64, (64, 48)), (8192, (64, 48))]
)
def test_the_longest_side_is_as_asked_and_never_longer_than_it_was(side, size):
    made = imaging.convert(pictures.png(), form="webp", side=side)
    assert (made.width, made.height) == pictures.opened(made.data).size == size


def test_what_is_transparent_is_white_in_a_jpeg_and_stays_in_others():
    source = pictures.half_transparent_png(colour="red")
    jpeg = pictures.opened(imaging.convert(source, form="jpeg").data)
    assert min(jpeg.getpixel((2, 24))) > 250
    assert jpeg.getpixel((60, 24))[0] > 240 > jpeg.getpixel((60, 24))[2]
    for form in ("png", "webp"):
        alpha = pictures.opened(imaging.convert(source, form=form).data).getchannel("A")
        assert alpha.getextrema() == (0, 255)


def test_lower_quality_is_smaller_and_the_same_wish_makes_the_same_bytes():
    source = pictures.saved(pictures.noise(), "PNG")
    low, high, again = (imaging.convert(source, form="jpeg", quality=q) for q in (30, 90, 90))
    assert len(low.data) < len(high.data)
    assert high.data == again.data


def test_what_is_no_picture_is_refused():
    with pytest.raises(imaging.ImagingError):
        imaging.convert(b"\x89PNG\r\n\x1a\n" + bytes(40), form="png")

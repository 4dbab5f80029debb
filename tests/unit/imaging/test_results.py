"""What the provider sent is decoded to its last pixel and described; its bytes stay as they are."""

import pytest

from imagestudio.errors import Invalid
from imagestudio.library import imaging
from tests import pictures
from tests.unit.imaging import bad_pictures as bad


@pytest.mark.parametrize(
    ("make", "mime"),
    [(pictures.png, "image/png"), (pictures.jpeg, "image/jpeg"), (pictures.webp, "image/webp")],
)
def test_a_result_is_described_and_its_first_rendition_made(make, mime):
    verified = imaging.receive_result(make(width=1024, height=1536, colour="#3366cc"))
    (rendition,) = verified.renditions

    assert (verified.mime, verified.width, verified.height) == (mime, 1024, 1536)
    assert (rendition.name, rendition.width, rendition.height) == ("256", 171, 256)
    assert verified.placeholder.startswith("#")
    assert not verified.has_alpha


def test_pixels_that_let_light_through_are_counted():
    verified = imaging.receive_result(pictures.half_transparent_png(width=64, height=48))

    assert verified.has_alpha
    assert verified.transparent_pixels == 32 * 48


def test_an_alpha_channel_that_hides_nothing_is_told_apart():
    verified = imaging.receive_result(pictures.png(mode="RGBA"))

    assert verified.has_alpha
    assert verified.transparent_pixels == 0


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>502 Bad Gateway</html>", b'{"error": "no"}', bad.SVG, b"GIF89a" + bytes(40)],
    ids=["empty", "html", "json", "svg", "gif"],
)
def test_what_is_no_picture_is_bad_output(data):
    with pytest.raises(imaging.BadOutput) as refused:
        imaging.receive_result(data)

    assert refused.value.code == "bad_output"
    assert isinstance(refused.value, Invalid)

"""What a picture looks like: a hash that small changes leave alone, and colours by their share."""

import pytest
from PIL import ImageEnhance, ImageOps

from imagestudio.library.imaging import look
from imagestudio.library.similarity import SAME, distance, mirrored
from tests import pictures

SCENE = pictures.scene(7)
VARIANTS = {
    "encoded badly": pictures.saved(SCENE, "JPEG", quality=30),
    "smaller": pictures.saved(SCENE.resize((160, 120)), "PNG"),
    "brighter": pictures.saved(ImageEnhance.Brightness(SCENE).enhance(1.2), "PNG"),
    "without colours": pictures.saved(SCENE.convert("L"), "PNG"),
    "cropped a little": pictures.saved(SCENE.crop((3, 2, 317, 238)), "WEBP", quality=80),
}


def hash_of(data):
    return look(data).phash


@pytest.fixture(scope="module")
def original():
    return hash_of(pictures.saved(SCENE, "PNG"))


@pytest.mark.parametrize("data", VARIANTS.values(), ids=VARIANTS)
def test_a_copy_has_nearly_the_same_hash(original, data):
    assert distance(original, hash_of(data)) <= SAME


def test_a_mirrored_picture_is_recognised(original):
    other = hash_of(pictures.saved(ImageOps.mirror(SCENE), "PNG"))
    assert distance(original, other) > 2 * SAME
    assert distance(mirrored(original), other) <= SAME


def test_other_pictures_are_far_away(original):
    others = [hash_of(pictures.saved(pictures.scene(seed), "PNG")) for seed in range(20, 30)]
    assert min(distance(original, one) for one in others) > 80


@pytest.mark.parametrize(
    "data", [pictures.png(), pictures.jpeg(width=1, height=1), pictures.webp(width=500, height=2)]
)
def test_a_plain_picture_has_no_hash(data):
    assert hash_of(data) is None


def test_what_is_transparent_has_no_colour():
    assert look(pictures.half_transparent_png()).colours == (("#ff0000", 1000),)
    clear = pictures.saved(pictures.flat(mode="RGBA", colour=(9, 9, 9, 0)), "PNG")
    assert look(clear).colours == ()


def test_colours_have_their_shares():
    found = dict(look(pictures.saved(pictures.corners(), "PNG")).colours)
    assert found == {"#ff0000": 250, "#00ff00": 250, "#0000ff": 250, "#ffff00": 250}

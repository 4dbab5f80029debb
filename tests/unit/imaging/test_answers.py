"""A child may be in an attacker's hands: what it answers is checked, never believed."""

import pytest

from imagestudio.library.imaging import RefusedImage
from imagestudio.library.imaging.answers import Facts, picture_of
from tests import pictures


@pytest.mark.parametrize(
    ("header", "reading"),
    [
        ({"width": 0}, lambda facts: facts.pixels("width")),
        ({"width": 8193}, lambda facts: facts.pixels("width")),
        ({"width": "64"}, lambda facts: facts.pixels("width")),
        ({}, lambda facts: facts.pixels("width")),
        ({"mime": "text/html"}, lambda facts: facts.mime()),
        ({"mime": ["image/png"]}, lambda facts: facts.mime()),
        ({"placeholder": "red;background:url(x)"}, lambda facts: facts.placeholder()),
        ({"placeholder": None}, lambda facts: facts.placeholder()),
        ({"sizes": "64x64"}, lambda facts: facts.sizes()),
        ({"sizes": [[1, 2, 3]]}, lambda facts: facts.sizes()),
        ({"sizes": [[1, -2]]}, lambda facts: facts.sizes()),
        ({"phash": "0"}, lambda facts: facts.perceptual_hash()),
        ({}, lambda facts: facts.perceptual_hash()),
        ({"phash": "F" * 64}, lambda facts: facts.perceptual_hash()),
        ({"colours": [["red", 1]]}, lambda facts: facts.colours()),
        ({"colours": [["#ff0000", 1001]]}, lambda facts: facts.colours()),
        ({"colours": [["#ff0000", 1]] * 17}, lambda facts: facts.colours()),
        ({"colours": ["#ff0000"]}, lambda facts: facts.colours()),
        ({"transparent_pixels": -1}, lambda facts: facts.count("transparent_pixels")),
    ],
)
def test_a_fact_that_cannot_be_true_is_a_refusal(header, reading):
    with pytest.raises(RefusedImage):
        reading(Facts(header))


def test_a_refusal_with_an_unknown_word_is_unreadable():
    with pytest.raises(RefusedImage) as refused:
        Facts({"refused": "<script>"})

    assert refused.value.code == "unreadable"


@pytest.mark.parametrize("blobs", [[], [b""], [b"<html>"], [pictures.jpeg()]])
def test_bytes_that_are_not_of_their_type_are_a_refusal(blobs):
    with pytest.raises(RefusedImage):
        picture_of(blobs, "image/png")

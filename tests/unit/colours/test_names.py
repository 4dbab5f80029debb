"""Colours as people name them, and the few that stand for a picture."""

import pytest

from imagestudio.library.colours import COLOURS, SWATCHES, Colour, named, names_of, palette_of

WANTED = {
    "red": ["#ff0000", "#8b0000", "#a52a2a"],
    "orange": ["#ffa500", "#d2691e"],
    "yellow": ["#ffff00", "#ffd700"],
    "green": ["#008000", "#2e8b57"],
    "teal": ["#008080", "#40e0d0"],
    "blue": ["#0000ff", "#000080", "#87ceeb"],
    "purple": ["#800080", "#4b0082"],
    "pink": ["#ff69b4", "#ffc0cb"],
    "brown": ["#8b4513", "#d2b48c"],
    "black": ["#000000", "#1a1a2e"],
    "grey": ["#808080", "#c0c0c0"],
    "white": ["#ffffff", "#f5f5dc"],
}


@pytest.mark.parametrize(
    ("value", "name"), [(value, name) for name, values in WANTED.items() for value in values]
)
def test_a_colour_has_the_name_that_people_give_it(value, name):
    assert named(Colour(value, 1000))[0] == name


def test_a_swatch_is_of_its_own_colour():
    assert {name: named(Colour(value, 1))[0] for name, value in SWATCHES.items()} == {
        name: name for name in COLOURS
    }


def test_a_little_of_a_lively_colour_counts_and_a_little_grey_does_not():
    assert names_of([Colour("#ffffff", 850), Colour("#ff0000", 60), Colour("#808080", 90)]) == [
        "red",
        "white",
    ]
    assert names_of([]) == []


def test_near_colours_are_one_of_the_palette():
    found = palette_of(
        [Colour("#ff0000", 300), Colour("#0000ff", 400), Colour("#f00808", 200), Colour("#0f0", 1)][
            :3
        ]
    )
    assert found == [Colour("#ff0000", 500), Colour("#0000ff", 400)]
    many = [Colour(f"#{index * 40:02x}0000", 100) for index in range(7)]
    assert len(palette_of(many)) == 5

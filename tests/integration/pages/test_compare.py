"""Two pictures compared: what differs in how they were made, and what one can be compared with."""

import time

import pytest

from generations.catalogue import Parameters
from generations.comparison import marked
from generations.models import State
from imagestudio.accounts.models import Role
from tests.factories import make_generation, make_image


@pytest.fixture
def made(cast, team):
    """Return a picture made from an upload, and the upload."""
    source = make_image(team, cast.user(Role.CREATOR), title="The source")
    generation = make_generation(
        cast.membership(Role.CREATOR),
        state=State.COMPLETED,
        sources=[source],
        prompt="A red fox",
        parameters=Parameters(quality="high"),
    )
    return generation.image, source


def texts(side):
    """Return a side's prompt with what differs in brackets."""
    return "".join(f"[{one.text}]" if one.differs else one.text for one in side)


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("A red fox", "A blue fox", ("A [red] fox", "A [blue] fox")),
        ("A fox", "A fox", ("A fox", "A fox")),
        ("", "A fox", ("", "[A fox]")),
        ("山水画风景", "山水风景画", ("山水[画]风景", "山水风景[画]")),
        ("a b", "a b b", ("a b", "a b[ b]")),
    ],
)
def test_words_that_differ_are_marked(first, second, wanted):
    assert tuple(map(texts, marked(first, second))) == wanted


@pytest.mark.parametrize("word", ["a ", "fox, "])
def test_endless_prompts_are_compared_quickly(word):
    first, second = "<" + word * 16_000 + ">", "[" + (word + "b ") * 10_000 + "]"
    began = time.process_time()
    one, other = marked(first, second)
    assert time.process_time() - began < 1
    assert ("".join(part.text for part in one), "".join(part.text for part in other)) == (
        first,
        second,
    )


def test_parameters_that_differ_are_told(window, team, made, cast):
    image, _ = made
    second = make_generation(
        cast.membership(Role.CREATOR), state=State.COMPLETED, prompt="A blue fox"
    ).image
    page = window.get(f"/a/{team.slug}/compare/?a={image.pk}&b={second.pk}")
    assert [row.name for row in page.context["comparison"].rows if row.differs] == ["Quality"]
    html = page.content.decode()
    assert "A <mark>red</mark> fox" in html
    assert "A <mark>blue</mark> fox" in html


def test_an_upload_can_be_compared_with_what_was_made_of_it(window, team, made):
    image, source = made
    html = window.get(f"/a/{team.slug}/compare/?a={source.pk}&b={image.pk}").content.decode()
    assert "The source" in html
    assert f"?a={image.pk}&amp;b={source.pk}" in html  # the way to swap them


def test_one_picture_is_offered_others_the_nearest_first(window, team, made, cast):
    image, source = made
    other = make_image(team, cast.user(Role.CREATOR))
    page = window.get(f"/a/{team.slug}/compare/?a={image.pk}")
    offered = [(one.name, one.images) for one in page.context["choices"]]
    assert offered == [("Made from", [source]), ("Newest in the library", [other])]
    page = window.get(f"/a/{team.slug}/compare/?a={source.pk}")
    assert page.context["choices"][0].images == [image]


@pytest.mark.parametrize("query", ["a=nonsense", "a=", "a={image}&b=nonsense", "a={trashed}"])
def test_what_is_no_picture_of_the_library_is_not_found(window, team, made, query):
    image, source = made
    source.trashed_at = image.added_at
    source.save()
    filled = query.format(image=image.pk, trashed=source.pk)
    assert window.get(f"/a/{team.slug}/compare/?{filled}").status_code == 404


def test_without_pictures_it_says_how_to_begin(window, team):
    assert b"Select two pictures" in window.get(f"/a/{team.slug}/compare/").content

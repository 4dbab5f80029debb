"""Words: what a text is found by, in any script, and what a query asks for."""

from uuid import UUID

import pytest

from imagestudio.library.search import Query, fold, query_of, search_of, words_of

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A red Fox, don't!", {"a", "red", "fox", "dont"}),
        ("CAFÉ Straße Łódź", {"cafe", "strasse", "lodz"}),
        ("\uff46\uff4f\uff58 \ufb01re", {"fox", "fire"}),
        ("山水画", {"山水", "水画", "画"}),
        ("a風景b", {"a", "風景", "景", "b"}),
        ("แมวสีส้ม"[:3], {"แม", "มว", "ว"}),
        ("लाल", {"लाल"}),
        ("κόκκινο ΚΟΚΚΙΝΟΣ", {"κοκκινο", "κοκκινοσ"}),
        ("الشَّمس", {"الشمس"}),
        ("gpt-image-2", {"gpt", "image", "2"}),
        ("\u0301 ☃ …", set()),
        ("x" * 60, {"x" * 40}),
    ],
)
def test_a_text_is_found_by(text, words):
    assert words_of(text) == words


def matches(query: str, text: str) -> bool:
    """Say whether PostgreSQL would find a text, told from its terms."""
    words = {one.strip("'") for one in search_of(ONE, text).split()}
    asked = query_of(ONE, query)
    return occurs(asked.words, words) and not any(
        occurs(one.strip("()"), words) for one in asked.without.split(" | ") if one
    )


def occurs(query: str, words: set[str]) -> bool:
    """Say whether all terms of a query are among some words."""
    terms = [one.strip() for one in query.split("&") if one]
    return all(
        any(word.startswith(term[1:-3]) for word in words)
        if term.endswith("':*")
        else term.strip("'") in words
        for term in terms
    )


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("fo", "a fox", True),
        ("fo ", "a fox", False),
        ("red fo", "a fox in red", True),
        ("风景", "山水画风景", True),
        ("景", "山水画风景", True),
        ("水风", "山水画风景", False),
        ("cafe", "Café", True),
        ('"red fox"', "a fox in red", True),
        ("ผมว", "แมว", False),
        ("-snow", "a fox", True),
        ("-fox", "a fox", False),
        ("-fo", "a fox", True),
        ("fox -snow", "a fox in snow", False),
        ("snow -fox-trot", "a fox in snow", True),
        ('-"red fox"', "a fox in red", False),
        ('-"red fox"', "a fox in snow", True),
        ("\uff0dCAFE", "Café", False),
        ("-景", "山水画风景", False),
        ("-水风", "山水画风景", True),
        ("fox - snow", "a fox in snow", True),
        ("fox --ar 3:2", "fox ar 3 2", True),
        ("fox -", "a fox", True),
    ],
)
def test_a_query_finds(query, text, found):
    assert matches(query, text) is found


def test_accounts_share_no_words():
    assert not set(search_of(ONE, "a red fox").split()) & set(search_of(OTHER, "a red fox").split())


def test_quotes_and_signs_end_in_no_term():
    assert query_of(ONE, "'\\ & | ! :* <-> () -' -) -!") == Query("", "")
    assert fold("") == ""

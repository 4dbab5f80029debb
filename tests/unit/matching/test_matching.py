"""What a pattern finds: words in any script, words in disguise, expressions in linear time."""

from time import perf_counter

import pytest

from imagestudio.moderation.exceptions import PatternInvalid
from imagestudio.moderation.matching import Kind, Matcher, Pattern, check


def found(kind: str, pattern: str, text: str) -> bool:
    one = Pattern(kind, pattern)
    check(one)
    return Matcher([one]).found(text) == [0]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fox", "A red FOX."),
        ("fox", "fox-trot"),
        ("fox", "a \uff46\uff4f\uff58"),
        ("fox", "a f\u200bo\u00adx\ufe0f"),
        ("café noir", "CAFE\u0301   NOIR, please"),
        ("straße", "an der STRASSE"),
        ("风景", "山水画风景"),
        ("лиса", "Рыжая ЛИСА"),
        ("ثعلب", "ثَعْلَب أحمر"),
        ("don't", "I don’t know"),
    ],
)
def test_words_are_found_in_any_script_case_and_width(pattern: str, text: str) -> None:
    assert found(Kind.LITERAL, pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("fox", "firefox"),
        ("fox", "foxes"),
        ("red fox", "red, and a fox"),
        ("red fox", "fox red"),
        ("лис", "лиса"),
        ("fox", ""),
    ],
)
def test_words_end_at_their_borders(pattern: str, text: str) -> None:
    assert not found(Kind.LITERAL, pattern, text)


@pytest.mark.parametrize(
    "text",
    [
        *("killer", "KILLER!", "k1ll3r", "k!ll3r?", "kiIIer", "(killer)", "a k.i.l.l.e.r"),
        *(
            "k-i-l-l-e-r",
            "k i l l e r",
            "k. i. l. l. e. r.",
            "k_1_l_l_3_r",
            "\u043a\u0456ll\u0435r",
        ),
        *(
            "\u1d0b\u026a\u029f\u029f\u1d07\u0280",
            "\U0001d590\U0001d58e\U0001d591\U0001d591\U0001d58a\U0001d597",
            "kill\u200ber",
            "kîllér",
        ),
    ],
)
def test_words_are_found_in_disguise(text: str) -> None:
    assert found(Kind.LEET, "killer", f"the {text} in the street")
    assert found(Kind.LEET, "killer", text)


@pytest.mark.parametrize("text", ["painkillers", "kill er", "kill the rat", "kil-le........r"])
def test_what_only_resembles_is_not_found(text: str) -> None:
    assert not found(Kind.LEET, "killer", text)


def test_disguises_may_be_written_in_the_pattern_and_stand_for_words() -> None:
    assert found(Kind.LEET, "k1ll h!m", "they k.i.l.l him")
    assert not found(Kind.LEET, "shit", "it's hit by a ball")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"red\s+(fox|hen)s?\b", "Two RED  foxes and red hens"), (r"^\d{4}$", "1234"), ("🍆", "a 🍆")],
)
def test_expressions_are_found_in_any_case(pattern: str, text: str) -> None:
    assert found(Kind.REGEX, pattern, text)


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        (Kind.REGEX, "(a"),
        (Kind.REGEX, r"(a)\1"),
        (Kind.REGEX, "a(?=b)"),
        (Kind.REGEX, r"\p{L}{1000}"),
        (Kind.REGEX, "((a{100}){10}){10}"),
        (Kind.REGEX, "a*"),
        (Kind.REGEX, "   "),
        (Kind.REGEX, "a\0"),
        (Kind.REGEX, "a\ud800"),
        (Kind.LITERAL, ""),
        (Kind.LITERAL, "!?"),
        (Kind.LITERAL, "a" * 501),
        (Kind.LEET, "ab"),
        (Kind.LEET, "..."),
    ],
)
def test_what_cannot_be_looked_for_is_refused_at_once(kind: str, pattern: str) -> None:
    with pytest.raises(PatternInvalid):
        check(Pattern(kind, pattern))


def test_an_expression_that_explodes_elsewhere_ends_at_once() -> None:
    matcher = Matcher([Pattern(Kind.REGEX, "(a+)+$"), Pattern(Kind.REGEX, "(a|aa)*b")])
    began = perf_counter()
    assert matcher.found("a" * 30_000 + "!") == []
    assert perf_counter() - began < 1  # 0.01 s on an idle machine


def test_each_of_many_patterns_is_told_by_its_place() -> None:
    patterns = [
        *(Pattern(Kind.LITERAL, f"word{number}") for number in range(50)),
        *(Pattern(Kind.LEET, f"secret {chr(97 + number)}oe") for number in range(20)),
        *(Pattern(Kind.REGEX, f"(?P<n>x{number})y") for number in range(20)),
    ]
    matcher = Matcher(patterns)
    assert matcher.found("word7, s3cr3t c0e and X3Y and x19y") == [7, 52, 73, 89]
    assert matcher.found("nothing") == []


def test_expressions_that_are_too_large_together_are_asked_one_by_one(monkeypatch) -> None:
    monkeypatch.setattr("imagestudio.moderation.matching.MEMORY_OF_ALL", 1)
    matcher = Matcher([Pattern(Kind.REGEX, "fox"), Pattern(Kind.REGEX, "hen")])
    assert matcher.found("a hen") == [1]
    assert matcher.found("a dog") == []

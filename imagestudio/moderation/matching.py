"""What a rule looks for in a text: words, words in disguise, or a regular expression.

A text is read once for all rules. Words are looked up; whatever needs an automaton runs in RE2,
whose time grows with the length of the text alone, whatever somebody typed as a pattern.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

import re2
from django.db import models

from imagestudio.library.search import APOSTROPHES, fold, runs_of
from imagestudio.moderation.exceptions import PatternInvalid

LONGEST = 500  # characters of a pattern
LEAST_DISGUISED = 3  # letters of words in disguise
MEMORY = 1 << 20  # bytes of one compiled pattern
MEMORY_OF_ALL = 64 << 20  # bytes of all of them as one


class Kind(models.TextChoices):
    """How a pattern is read."""

    LITERAL = "literal", "Words"
    LEET = "leet", "Words, also in disguise"
    REGEX = "regex", "Regular expression"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is looked for."""

    kind: str
    text: str


# How letters are written that are not to be read at once: digits and signs in their places.
DISGUISES = {
    "a": "4@",
    "b": "8",
    "c": "(",
    "e": "3",
    "g": "69",
    "i": "1!|l",
    "l": "1!|i",
    "o": "0",
    "s": "5$",
    "t": "7+",
    "z": "2",
}
SIGNS = "".join(sorted({one for some in DISGUISES.values() for one in some if not one.isalnum()}))
# Letters of other scripts, and small capitals, that look like Latin ones.
LOOKALIKES = str.maketrans(
    "\u0430\u0432\u0435\u0454\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0456\u0458"
    "\u0455\u0501\u051b\u051d\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u0585\u057d\u0570\u0251\u0261\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a"
    "\u1d0b\u029f\u1d0d\u0274\u1d0f\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22",
    "abeekmhopctyxijsdqwabeikvoptuxouhagabcdefghijklmnoprstuvwyz",
)
# A text in which words in disguise are looked for knows letters, digits, signs, spaces and dots.
SPACE, DOT = " ", "."
OTHER_SIGNS = re.compile(rf"[^\w\s{re.escape(SIGNS)}]|_")
OTHER_SPACES = re.compile(r"[^\S ]")
LOOKALIKE = re.compile(f"[{''.join(map(chr, LOOKALIKES))}]")
# Of no width, or without a meaning of their own: format characters and variation selectors.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0001-\U000e01ef]"
)
BETWEEN = f"[{DOT}{SIGNS}]{{0,3}}"  # letters of one word: `f-o.x`
APART = f"[{SPACE}{DOT}{SIGNS}]{{1,4}}"  # letters that each stand alone: `f o x`
AROUND = f"[{SPACE}{DOT}{SIGNS}]"


def visible(text: str) -> str:
    """Return a text without characters that nobody sees, such as those of no width."""
    return text if text.isascii() else INVISIBLE.sub("", text)


def tokens_of(folded: str) -> Iterator[str]:
    """Yield the words of a folded text; where a script sets no spaces, each character is one."""
    for run, is_unspaced in runs_of(folded):
        if is_unspaced:
            yield from run
        else:
            yield run


def undisguised(folded: str) -> str:
    """Return a folded text with lookalikes as Latin letters, and dots for other signs."""
    text = APOSTROPHES.sub("", folded)
    if LOOKALIKE.search(text):
        text = text.translate(LOOKALIKES)
    return OTHER_SPACES.sub(SPACE, OTHER_SIGNS.sub(DOT, text))


def check(pattern: Pattern) -> None:
    """Do nothing if a pattern can be looked for. Raises PatternInvalid, which says why not."""
    if not pattern.text.strip() or len(pattern.text) > LONGEST:
        raise PatternInvalid(f"Write 1 to {LONGEST} characters to look for.")
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in pattern.text):
        raise PatternInvalid("There are characters in it that no text has.")
    if pattern.kind == Kind.REGEX:
        if compiled(pattern.text).search(b"") is not None:
            raise PatternInvalid("It matches every text. Look for something.")
        return
    words = list(tokens_of(fold(visible(pattern.text))))
    if not words:
        raise PatternInvalid("There is no letter and no digit in it. A regular expression can do.")
    if pattern.kind == Kind.LEET:
        if sum(map(len, words)) < LEAST_DISGUISED:
            raise PatternInvalid("Words in disguise need three letters, or too much matches.")
        compiled(disguised(pattern.text))


def disguised(literal: str) -> str:
    """Return the expression that finds words in disguise in an undisguised text."""
    words = undisguised(fold(visible(literal))).replace(DOT, SPACE).split()
    parts = [[as_class(letter) for letter in word] for word in words]
    joined = APART.join(BETWEEN.join(some) for some in parts)
    spelled = APART.join(one for some in parts for one in some)
    return f"(?:^|{AROUND})(?:{joined}|{spelled})(?:$|{AROUND})"


def as_class(letter: str) -> str:
    """Return a letter, digit or sign with what stands in its place, as a class."""
    stands_for = [one for one, some in DISGUISES.items() if letter in some]
    return f"[{letter}{DISGUISES.get(letter, '')}{''.join(stands_for)}]"


class Expression(Protocol):
    """An expression that is ready to be looked for."""

    def search(self, text: bytes) -> object | None:
        """Return where it is found first, None where it is not."""


def compiled(expression: str, *, memory: int = MEMORY) -> Expression:
    """Return an expression that runs in linear time. Raises PatternInvalid for one that cannot."""
    options = re2.Options()
    options.max_mem, options.never_capture = memory, True
    options.case_sensitive = options.log_errors = False
    try:
        return cast(Expression, re2.compile(expression, options))
    except re2.error as error:
        said = error.args[0] if error.args else b""
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise PatternInvalid(f"It cannot be looked for: {words[:200]}.") from error


class Expressions:
    """Some expressions as one: only where that finds something is each of them asked."""

    def __init__(self, expressions: dict[int, str]) -> None:
        """Take them by number. Raises PatternInvalid."""
        self.each = {number: compiled(one) for number, one in expressions.items()}
        every = "|".join(f"(?:{one})" for one in expressions.values())
        try:
            self.all = compiled(every, memory=MEMORY_OF_ALL) if expressions else None
            self.asks_each = False
        except PatternInvalid:  # together they are too large
            self.all, self.asks_each = None, True

    def found(self, text: str) -> list[int]:
        """Return the numbers of those that a text matches."""
        written = text.encode("utf-8", "replace")
        if not self.asks_each and (self.all is None or self.all.search(written) is None):
            return []
        return [number for number, one in self.each.items() if one.search(written) is not None]


class Matcher:
    """Patterns, prepared once, to be looked for in many texts."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Take patterns that `check` let pass. Raises PatternInvalid."""
        self.words: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        by_kind: dict[str, dict[int, str]] = {Kind.REGEX: {}, Kind.LEET: {}}
        for number, pattern in enumerate(patterns):
            if pattern.kind == Kind.LITERAL:
                words = tuple(tokens_of(fold(visible(pattern.text))))
                self.words[words[0]].append((words, number))
            elif pattern.kind == Kind.LEET:
                by_kind[Kind.LEET][number] = disguised(pattern.text)
            else:
                by_kind[Kind.REGEX][number] = pattern.text
        self.disguised = Expressions(by_kind[Kind.LEET])
        self.regexes = Expressions(by_kind[Kind.REGEX])

    def found(self, text: str) -> list[int]:
        """Return the places of the patterns that occur in a text, in their order."""
        seen = visible(text)
        numbers = set(self.regexes.found(unicodedata.normalize("NFKC", seen)))
        if self.words or self.disguised.each:
            folded = fold(seen)
            numbers.update(self.literals_in(folded))
            numbers.update(self.disguised.found(undisguised(folded)))
        return sorted(numbers)

    def literals_in(self, folded: str) -> Iterator[int]:
        """Yield the numbers of the literals that stand in a folded text as words."""
        if not self.words:
            return
        tokens = list(tokens_of(folded))
        if self.words.keys().isdisjoint(tokens):
            return
        for place, token in enumerate(tokens):
            for words, number in self.words.get(token, ()):
                if len(words) == 1 or tuple(tokens[place : place + len(words)]) == words:
                    yield number

"""Words of a library: how texts are cut into what the index knows, and queries likewise.

Both go through the same functions, so that whatever was cut from a text is found by it. Nothing
here asks the database: its own dictionaries know too few languages.
"""

import re
import unicodedata
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

LONGEST = 40  # characters of a word; what is longer is cut, in texts and queries alike
MOST_WORDS = 32  # of a query, and of what it excludes
# Letters that Unicode does not take apart, though people type them without their strokes.
PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i"})
# Scripts that set no spaces between words: Thai to Myanmar, Khmer, kana, Han and Hangul.
UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1100, 0x11FF),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
RANGES = "".join(f"{chr(first)}-{chr(last)}" for first, last in UNSPACED)
# What may be an accent; what may be no part of a word. A table then says so of each character.
MARKS, NO_LETTERS = re.compile(r"[^\w\x00-\x7f]+"), re.compile(r"[\W_]+")
IN_RANGES, RUNS = re.compile(f"[{RANGES}]"), re.compile(f"[{RANGES}]+|[^{RANGES}]+")
# `-word` or `-"some words"`; what begins with two hyphens is a parameter out of somebody's prompt.
EXCLUDED = re.compile(r'(?:^|(?<=\s))-(?![-\s])("[^"]*"?|\S+)')
APOSTROPHES = re.compile(r"(?<=\w)['’](?=\w)")


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: the `tsquery` of what has to occur, and that of what must not.

    Each is empty where there is nothing of the kind.
    """

    words: str
    without: str


def fold(text: str) -> str:
    """Return a text without the differences that a search overlooks: case, width, accents.

    Marks that are vowels or tones of their own stay, as in Thai and Devanagari.
    """
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    if not apart.isascii():
        apart = MARKS.sub(lambda some: some[0].translate(ACCENTS), apart)
    return unicodedata.normalize("NFC", apart).translate(PLAIN)


def fold_name(name: str) -> str:
    """Return a name without what people write now so, now so: two that are folded alike are one."""
    return " ".join(fold(name).split())[:100]


def is_accent(character: str) -> bool:
    """Say whether a character only decorates the letter before it (Hebrew, Arabic, Latin …)."""
    place = unicodedata.combining(character)
    return 10 <= place <= 36 or 200 <= place <= 240


def is_letter(character: str) -> bool:
    """Say whether a character is a part of a word: a letter, a digit, or a mark on one."""
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def spaced(text: str) -> str:
    """Return a text with spaces for all that is no part of a word."""
    if text.isascii():
        return text.translate(LETTERS)
    return NO_LETTERS.sub(lambda some: some[0].translate(LETTERS), text)


class Table(dict[int, str | None]):
    """What becomes of each character, for `str.translate`; each is asked about once."""

    def __init__(self, becomes: Callable[[str], str | None]) -> None:
        """Take what says what becomes of a character: None, nothing."""
        super().__init__()
        self.becomes = becomes

    def __missing__(self, code: int) -> str | None:
        self[code] = found = self.becomes(chr(code))
        return found


ACCENTS = Table(lambda one: None if is_accent(one) else one)  # gone
LETTERS = Table(lambda one: one if is_letter(one) else " ")  # and spaces for all else


def runs_of(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a folded text, and whether each is a run of a script without spaces."""
    for word in spaced(APOSTROPHES.sub("", text)).split():
        if word.isascii():
            yield word, False
            continue
        if IN_RANGES.search(word) is None:
            yield word, False
            continue
        for run in RUNS.findall(word):
            yield run, IN_RANGES.match(run) is not None


def words_of(text: str) -> set[str]:
    """Return the words by which a text is found.

    A run without spaces is found by each pair of its neighbours, and by each single character:
    every one of them begins a pair, and the last one stands alone.
    """
    words: set[str] = set()
    for run, is_unspaced in runs_of(fold(text)):
        if is_unspaced:
            words.update(run[at : at + 2] for at in range(len(run)))
        else:
            words.add(run[:LONGEST])
    return words


def search_of(account_id: UUID, *texts: str, colours: Iterable[str] = ()) -> str:
    """Return what `Image.search` holds for an image of these texts: prompt, title, tags' names.

    The names of its colours stand beside its words, as what no word can be.

    It is PostgreSQL's text form of a `tsvector`. Each word carries a mark of its account, so that
    a common word of one account does not lengthen the searches of another.
    """
    mark = mark_of(account_id)
    words: Iterable[str] = set().union(*(words_of(text) for text in texts if text))
    return " ".join(f"'{mark}{word}'" for word in (*words, *map(colour_word, colours)))


def colour_word(colour: str) -> str:
    """Return the name of a colour as the index has it: no word holds such a sign."""
    return f"={colour}"


def query_of(account_id: UUID, text: str, colours: Iterable[str] = ()) -> Query:
    """Return the query for what a person typed, with any of these colours.

    All words have to occur; the last one may be the beginning of one, as it is still being typed
    unless a space follows it. Words behind a hyphen must not occur, several in quotes not together.
    """
    mark, text = mark_of(account_id), fold(text)
    excluded = EXCLUDED.findall(text)[:MOST_WORDS]
    text = EXCLUDED.sub(" ", text)
    may_go_on = bool(text) and not text[-1].isspace() and text[-1] != '"'
    terms = terms_of(mark, text, may_go_on=may_go_on)
    any_of = " | ".join(f"'{mark}{colour_word(colour)}'" for colour in colours)
    without = [" & ".join(terms_of(mark, one, may_go_on=False)) for one in excluded]
    return Query(
        " & ".join([*terms, *([f"({any_of})"] if any_of else [])]),
        " | ".join(f"({one})" for one in dict.fromkeys(without) if one),
    )


def terms_of(mark: str, text: str, *, may_go_on: bool) -> list[str]:
    """Return the terms of a `tsquery` for a folded text, of whose last word more may follow."""
    runs = list(runs_of(text))[:MOST_WORDS]
    terms: list[str] = []
    for number, (run, is_unspaced) in enumerate(runs, start=1):
        is_last = number == len(runs) and may_go_on
        if is_unspaced and len(run) == 1:
            terms.append(f"'{mark}{run}':*")
        elif is_unspaced:
            terms += [f"'{mark}{run[at : at + 2]}'" for at in range(len(run) - 1)][:MOST_WORDS]
        else:
            terms.append(f"'{mark}{run[:LONGEST]}'{':*' if is_last else ''}")
    return list(dict.fromkeys(terms))


def mark_of(account_id: UUID) -> str:
    """Return the mark of an account's words: short, and the same only by chance."""
    return b32encode(sha256(account_id.bytes).digest())[:5].decode().lower() + "."

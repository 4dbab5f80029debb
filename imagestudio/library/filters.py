"""What a person looks for in a library: the words and filters of an address, as data."""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from imagestudio.library.colours import COLOURS
from imagestudio.library.search import fold_name

Sort = Literal["newest", "oldest"]

MOST_VALUES = 50  # of one field
LONGEST = 200  # characters of a value, and of the words
LAST_YEAR = 9998  # of a day: the one after it has to be a date, too
OPERATOR = re.compile(r'(?:^|(?<=\s))(-?[a-z]+):(?!//)("[^"]*"?|\S+)')  # no address of the web

# Name in the address and in the search field → field of `Filters`
TEXTS = {
    "model": "models",
    "quality": "qualities",
    "size": "sizes",
    "format": "formats",
    "origin": "origins",
    "visibility": "visibilities",
    "colour": "colours",
}
KEYS = {"member": "members", "album": "albums"}
DAYS = {"from": "since", "to": "until"}
NAMES = (*TEXTS, *KEYS, "tag", "favourite", *DAYS, "sort")  # besides `q`
OPERATORS = {*TEXTS, "album", "within", "by", "tag", *DAYS}  # of the search field, besides `is`
IS = ("favourite", "public", "private", "generated", "uploaded")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which pictures of an account are wanted. Several values of one field: any of them.

    `words` is what was typed without its operators; every word must occur, none behind a hyphen
    may. `since` and `until` are days in UTC, both included. `members` are users, `tags` folded
    names, `colours` those of `COLOURS`. `by` and `within` are members and albums as people name
    them.
    """

    words: str = ""
    models: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    visibilities: tuple[str, ...] = ()
    members: tuple[UUID, ...] = ()
    by: tuple[str, ...] = ()
    albums: tuple[UUID, ...] = ()
    within: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    favourite: bool = False
    since: date | None = None
    until: date | None = None
    sort: Sort = "newest"

    @property
    def is_empty(self) -> bool:
        """Say whether everything is wanted."""
        return replace(self, sort="newest") == Filters()

    def is_only(self, field: str) -> bool:
        """Say whether nothing but this field narrows what is wanted."""
        bare: dict[str, Any] = {field: getattr(Filters(), field), "sort": "newest"}
        return replace(self, **bare) == Filters() and not self.is_empty

    def parameters(self) -> list[tuple[str, str]]:
        """Return the names and values of the address that stands for these filters."""
        found = [("q", self.words)] if self.words else []
        for name, field in {**TEXTS, **KEYS, "by": "by", "within": "within", "tag": "tags"}.items():
            found += [(name, str(value)) for value in getattr(self, field)]
        if self.favourite:
            found.append(("favourite", "1"))
        for name, field in DAYS.items():
            if getattr(self, field):
                found.append((name, getattr(self, field).isoformat()))
        if self.sort != "newest":
            found.append(("sort", self.sort))
        return found

    def query_string(self) -> str:
        """Return the query of the address that stands for these filters, without `?`."""
        return urlencode(self.parameters())

    def without(self, name: str, value: str = "") -> "Filters":
        """Return these filters without one value of the address's field, or without all of it."""
        left = [
            (one, held)
            for one, held in self.parameters()
            if one != name or (value and held != value)
        ]
        return filters_from(Listed(left))

    def also(self, name: str, value: str) -> "Filters":
        """Return these filters with one more value of the address's field."""
        return filters_from(Listed([*self.parameters(), (name, value)]))


class Listed(Mapping[str, str]):
    """Names with several values each, as `request.GET` has them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        """Take names and values in order."""
        self.lists: dict[str, list[str]] = {}
        for name, value in pairs:
            self.lists.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        """Return the last value of a name."""
        return self.lists[name][-1]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.lists)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self.lists)

    def getlist(self, name: str) -> list[str]:
        """Return all values of a name."""
        return self.lists.get(name, [])


def filters_from(values: Mapping[str, Any]) -> Filters:
    """Return the filters that an address (`request.GET`) or a form names.

    What cannot be understood is left out; `read_filters` tells what that was.
    """
    return read_filters(values)[0]


def read_filters(values: Mapping[str, Any]) -> tuple[Filters, tuple[str, ...]]:
    """Return the filters that an address names, and what of it was not understood.

    That is a value which its filter cannot have (`from:x`), or an operator that there is not.
    """
    words = clean(values.get("q") or "")
    asked = {name: many(values, name) for name in (*NAMES, "by", "within")}
    asked["favourite"] = [one for one in asked["favourite"] if one not in ("0", "false", "off")]
    unknown: list[str] = []

    def operator(found: re.Match[str]) -> str:
        name, value = found[1], found[2].strip('"')
        if name == "album":
            name = "within" if key_of(value) is None else "album"
        if name in OPERATORS:
            asked[name].append(value)
        elif name == "is" and value in IS:
            name, value = stated(value)
            asked[name].append(value)
        else:
            unknown.append(f"{name}:{value}")
        return ""

    words = OPERATOR.sub(operator, words)
    bare = " ".join(words.split())
    # A space behind the last word says that it is whole.
    read: dict[str, Any] = {"words": f"{bare} " if bare and words[-1].isspace() else bare}
    for name, given in asked.items():
        field = {**TEXTS, **KEYS, **DAYS, "tag": "tags"}.get(name, name)
        good: list[Any] = []
        for value in given[:MOST_VALUES]:
            understood = value_of(name, value)
            if understood is None:
                unknown.append(f"{name}:{value}")
            elif understood not in good:
                good.append(understood)
        if good:
            read[field] = good[-1] if name in ("favourite", "from", "to", "sort") else tuple(good)
    return Filters(**{name: value for name, value in read.items() if value}), tuple(unknown)


def stated(value: str) -> tuple[str, str]:
    """Return the field and value of what a picture is said to be (`is:favourite`)."""
    if value == "favourite":
        return "favourite", "1"
    return ("visibility" if value in ("public", "private") else "origin"), value


def value_of(name: str, value: str) -> Any:
    """Return a field's value as `Filters` holds it, None for one that means nothing."""
    if name in KEYS:
        return key_of(value)
    if name in DAYS:
        return day_of(value, is_last=name == "to")
    if name == "tag":
        return fold_name(value) or None
    if name == "favourite":
        return True if value in ("1", "true", "on") else None
    allowed = {
        "sort": ("newest", "oldest"),
        "origin": ("uploaded", "generated"),
        "visibility": ("private", "public"),
        "colour": COLOURS,
    }.get(name)
    value = value.strip() if allowed is None else value.strip().lower()
    return value if value and (allowed is None or value in allowed) else None


def many(values: Mapping[str, Any], name: str) -> list[str]:
    """Return all values of a name that hold something."""
    listed = getattr(values, "getlist", None)
    found = listed(name) if listed else [values[name]] if name in values else []
    return [text for text in (clean(str(one)).strip() for one in found) if text]


def clean(text: str) -> str:
    """Return a text that the database can hold, no longer than any filter needs."""
    return text.replace("\0", "")[:LONGEST]


def key_of(value: str) -> UUID | None:
    """Return the UUID that a text is."""
    with suppress(ValueError):
        return UUID(value)
    return None


def day_of(value: str, *, is_last: bool) -> date | None:
    """Return a day (`2026-10-05`), or the first or last one of a month (`2026-10`)."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", value, re.ASCII)
    with suppress(ValueError):
        if found:
            year, month = int(found[1]), int(found[2])
            if year > LAST_YEAR:
                return None
            if found[3]:
                return date(year, month, int(found[3]))
            return date(year, month, monthrange(year, month)[1] if is_last else 1)
    return None

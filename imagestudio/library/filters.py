"""What a person looks for in a library: the words and filters of an address, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

Sort = Literal["newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which pictures of an account are wanted. Several values of one field: any of them.

    `words` is what was typed without its operators; every word must occur. `since` and `until` are
    days in UTC, both included. `members` are users, `tags` folded names.
    """

    words: str = ""
    models: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    visibilities: tuple[str, ...] = ()
    members: tuple[UUID, ...] = ()
    albums: tuple[UUID, ...] = ()
    tags: tuple[str, ...] = ()
    favourite: bool = False
    since: date | None = None
    until: date | None = None
    sort: Sort = "newest"

    @property
    def is_empty(self) -> bool:
        """Say whether everything is wanted."""
        return self in (Filters(), Filters(sort="oldest"))


def filters_from(values: Mapping[str, str]) -> Filters:
    """Return the filters that an address (`request.GET`) or a form names.

    What cannot be understood is left out on pages; the API raises Invalid for it.
    """
    return Filters(words=values.get("q", "").strip())

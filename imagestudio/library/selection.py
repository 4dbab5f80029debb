"""Pictures chosen for one deed: by their ids, or all that match the filters of an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from imagestudio.errors import FieldError, Invalid
from imagestudio.library.filters import NAMES, Filters, filters_from, read_filters

MOST_IDS = 10_000  # named one by one; more are chosen by what they match
LONGEST_QUERY = 4000  # characters of an address's query
# What a library page's address says: its filters, and where in the list it begins.
UNDERSTOOD = {"q", *NAMES, "by", "within", "at", "cursor", "newer"}


class BadSelection(Invalid):
    """A selection names nothing, or cannot be understood."""

    code = "bad_selection"
    title = "Nothing is selected"


@dataclass(frozen=True, slots=True)
class Selection:
    """Pictures by `ids` in their order, or all `matching` the query of a library page.

    `until` is the moment of asking: what enters the library later is not selected; None: up to now.
    `matching` is None for a selection by ids.
    """

    ids: tuple[UUID, ...] = ()
    matching: str | None = None
    until: datetime | None = None

    @property
    def filters(self) -> Filters:
        """Return what the pictures have to match."""
        return filters_from(QueryDict(self.matching or ""))

    @classmethod
    def of_ids(cls, ids: Sequence[UUID]) -> "Selection":
        """Return a selection of these pictures. Raises BadSelection for none or too many."""
        chosen = tuple(dict.fromkeys(ids))
        if not chosen:
            raise wrong("ids", "Choose at least one picture.")
        if len(chosen) > MOST_IDS:
            raise wrong("ids", f"Name at most {MOST_IDS:,} pictures, or all that match a filter.")
        return cls(ids=chosen)

    @classmethod
    def of_all(cls, matching: str, until: datetime | None = None) -> "Selection":
        """Return a selection of all that match the query of a library page, as of a moment.

        Raises BadSelection.
        """
        if len(matching) > LONGEST_QUERY or "\0" in matching:
            raise wrong("matching", "This is not the query of a library page.")
        values = QueryDict(matching.removeprefix("?"))
        if set(values) - UNDERSTOOD or read_filters(values)[1]:  # else all would be chosen
            raise wrong("matching", "This query has a filter that means nothing.")
        return cls(matching=matching.removeprefix("?"), until=until and in_utc(until))

    @classmethod
    def from_form(cls, form: QueryDict) -> "Selection":
        """Return the selection of a form: each `id`, or `all` with `matching` and `until`.

        Raises BadSelection.
        """
        if form.get("all"):
            return cls.of_all(form.get("matching", ""), moment(form.get("until", "")))
        try:
            return cls.of_ids([UUID(one) for one in form.getlist("id")])
        except ValueError:
            raise wrong("id", "This is not the id of a picture.") from None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept."""
        if self.matching is None:
            return {"ids": [str(one) for one in self.ids]}
        return {"matching": self.matching, "until": self.until and self.until.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Selection":
        """Return what `as_json` gave."""
        if "ids" in kept:
            return cls(ids=tuple(UUID(one) for one in kept["ids"]))
        return cls(matching=kept["matching"], until=moment(kept["until"] or ""))


def moment(text: str) -> datetime | None:
    """Return a time of RFC 3339, None for no text. Raises BadSelection."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        raise wrong("until", "This is not a time with its zone, such as 2026-10-01T12:00:00Z.")
    return found


def in_utc(at: datetime) -> datetime:
    """Return a time in UTC: the database knows no zone farther away. Raises BadSelection."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise wrong("until", "No picture is that old or that new.") from None


def wrong(field: str, words: str) -> BadSelection:
    """Return the error that says what is wrong with a field of a selection."""
    return BadSelection(words, fields=[FieldError(field, BadSelection.code, words)])

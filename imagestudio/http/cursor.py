"""Paging by keys: a page starts behind the last row seen, at the same cost at any depth."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from imagestudio.errors import FieldError, Invalid

Row = TypeVar("Row", bound=Model)

MOST = 100  # rows of a page
LARGEST = 2**63 - 1  # that a place may be
MOST_SLICES = 10  # of keys without a row to show, before the caller has to ask for more


class BadCursor(Invalid):
    """The cursor is not one that this list of this account gave."""

    code = "bad_cursor"
    title = "This cursor does not belong to this list"

    def __init__(self) -> None:
        """Say what to do: the cursor itself is left out, it may be long or hostile."""
        super().__init__(
            "This cursor is not one that this list gave. Begin at the first page.",
            fields=[FieldError("cursor", self.code, "Not a cursor of this list")],
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page behind them (None: that was the last one)."""

    rows: list[Row]
    next_cursor: str | None


def encode(at: datetime, key: UUID, *, of: str = "") -> str:
    """Return the cursor of the row with this time and key, in the list that `of` names."""
    return written(at.isoformat(), key, of=of)


def decode(cursor: str, *, of: str = "") -> tuple[datetime, UUID]:
    """Return the time and key that a cursor stands for.

    Raises BadCursor for anything else, a cursor of another list included.
    """
    try:
        at, key = read(cursor, of=of)
        moment = datetime.fromisoformat(at)
        if moment.utcoffset() != timedelta(0):
            raise ValueError(at)
        return moment, UUID(key)
    except ValueError as error:
        raise BadCursor from error


def encode_place(place: int, key: UUID, *, of: str = "") -> str:
    """Return the cursor of the row at this place of an order by hand, in the list of `of`."""
    return written(place, key, of=of)


def decode_place(cursor: str, *, of: str = "") -> tuple[int, UUID]:
    """Return the place and key that a cursor stands for. Raises BadCursor for anything else."""
    try:
        place, key = read(cursor, of=of)
        if not -LARGEST <= int(place) <= LARGEST:
            raise ValueError(place)
        return int(place), UUID(key)
    except ValueError as error:
        raise BadCursor from error


def encode_key(key: UUID, *, of: str = "") -> str:
    """Return the cursor of the row with this key, in a list of `of` that has the order of keys."""
    return written(key, of=of)


def decode_key(cursor: str, *, of: str = "") -> UUID:
    """Return the key that a cursor stands for. Raises BadCursor for anything else."""
    try:
        (key,) = read(cursor, of=of)
        return UUID(key)
    except ValueError as error:
        raise BadCursor from error


def written(*parts: object, of: str) -> str:
    """Return the cursor that says where in the list of `of` a page ended."""
    text = "|".join(map(str, (*parts, mark(of))))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, *, of: str) -> list[str]:
    """Return the parts that a cursor was `written` of. Raises ValueError, also for another list."""
    text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    *parts, marked = text.decode("ascii").split("|")
    if marked != mark(of):
        raise ValueError(cursor)
    return parts


def mark(of: str) -> str:
    """Return what tells the cursors of one list from those of another; it hides nothing."""
    return sha256(of.encode()).hexdigest()[:8]


def page(
    rows: QuerySet[Row, Any], *, by: str, cursor: str | None, limit: int, of: str = ""
) -> Page[Row]:
    """Return up to `limit` rows of a list that is ordered by `-by, -id`, behind the cursor.

    `of` names the list, so that a cursor of another list or account is not taken for its own.
    Raises BadCursor, and Invalid for a senseless limit.
    """
    check_limit(limit)
    if cursor:
        at, key = decode(cursor, of=of)
        rows = rows.filter(Q(**{f"{by}__lte": at}) & (Q(**{f"{by}__lt": at}) | Q(id__lt=key)))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    last = found[-1] if found else None
    return Page(found, encode(getattr(last, by), last.pk, of=of) if more and last else None)


def page_by_keys(
    keys: QuerySet[Any, UUID],
    *,
    column: str,
    load: Callable[[Sequence[UUID]], Mapping[Any, Row]],
    cursor: str | None,
    limit: int,
    of: str,
) -> Page[Row]:
    """Return up to `limit` rows whose keys an index gives, newest first, behind the cursor.

    For lists that hang on one row: their keys come first and alone, in falling order, so that the
    database never looks for them in the order of a much larger list. `keys` are values of
    `column`; `load` returns the rows of some of them that may be shown. Where many in a row may
    not, the page has fewer rows, or none, and leads on behind them all the same.
    Raises BadCursor.
    """
    after = decode_key(cursor, of=of) if cursor else None
    for _ in range(MOST_SLICES):
        behind = keys if after is None else keys.filter(**{f"{column}__lt": after})
        found = list(behind[: limit + 1])
        some = found[:limit]
        loaded = load(some)
        rows = [loaded[key] for key in some if key in loaded]
        if len(found) <= limit:
            return Page(rows, None)
        after = some[-1]
        if rows:
            break
    return Page(rows, encode_key(some[-1], of=of))


def page_by_hand(
    rows: QuerySet[Row, Any], *, cursor: str | None, limit: int, of: str = ""
) -> Page[Row]:
    """Return up to `limit` rows of a list that is ordered by `position, id`, behind the cursor.

    Raises as `page`.
    """
    check_limit(limit)
    if cursor:
        place, key = decode_place(cursor, of=of)
        rows = rows.filter(Q(position__gte=place) & (Q(position__gt=place) | Q(id__gt=key)))
    found = list(rows[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    last: Any = found[-1] if found else None
    return Page(found, encode_place(last.position, last.pk, of=of) if more and last else None)


def check_limit(limit: int) -> None:
    """Raise Invalid for a senseless number of rows."""
    if not 1 <= limit <= MOST:
        raise Invalid(
            f"A page has between 1 and {MOST} rows.",
            fields=[FieldError("limit", "out_of_range", f"1 to {MOST}")],
        )

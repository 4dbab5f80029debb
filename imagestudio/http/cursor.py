"""Paging by keys: a page starts behind the last row seen, at the same cost at any depth."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from imagestudio.errors import FieldError, Invalid

Row = TypeVar("Row", bound=Model)

MOST = 100  # rows of a page


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page behind them (None: that was the last one)."""

    rows: list[Row]
    next_cursor: str | None


def encode(at: datetime, key: UUID) -> str:
    """Return the cursor of the row with this time and key."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{key}".encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[datetime, UUID]:
    """Return the time and key that a cursor stands for. Raises Invalid for anything else."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        at, _, key = text.decode("ascii").partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(key)
    except (ValueError, binascii.Error) as error:
        raise Invalid(
            "This cursor is not one that the studio gave. Begin at the first page.",
            code="bad_cursor",
            fields=[FieldError("cursor", "bad_cursor", "Not a cursor of this list")],
        ) from error


def page(rows: QuerySet[Row, Any], *, by: str, cursor: str | None, limit: int) -> Page[Row]:
    """Return up to `limit` rows of a list that is ordered by `-by, -id`, behind the cursor."""
    if not 1 <= limit <= MOST:
        raise Invalid(
            f"A page has between 1 and {MOST} rows.",
            fields=[FieldError("limit", "out_of_range", f"1 to {MOST}")],
        )
    if cursor:
        at, key = decode(cursor)
        rows = rows.filter(Q(**{f"{by}__lte": at}) & (Q(**{f"{by}__lt": at}) | Q(id__lt=key)))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    last = found[-1] if found else None
    return Page(found, encode(getattr(last, by), last.pk) if more and last else None)

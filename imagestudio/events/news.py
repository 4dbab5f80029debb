"""Events as they are read: in their order, from a number on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from imagestudio.events.models import Event, Stream

MOST_MISSED = 1000  # events; whoever missed more is told to begin anew


@dataclass(frozen=True, slots=True)
class News:
    """One event, as it is handed on."""

    seq: int
    type: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a reader stands: the last number it knows, and what it has missed until then.

    `is_reset` says that what it missed can no longer be told, so that it must read everything
    that it shows anew.
    """

    seq: int
    missed: tuple[News, ...] = ()
    is_reset: bool = False


def last_number(account_id: UUID) -> int:
    """Return the number of an account's last event, 0 before the first."""
    return Stream.objects.filter(pk=account_id).values_list("last", flat=True).first() or 0


def news_after(account_id: UUID, seq: int, *, most: int | None = None) -> tuple[News, ...]:
    """Return the events of an account behind this number, the first `most` of them."""
    rows = Event.objects.filter(account=account_id).order_by("seq").after(seq)[:most]
    return tuple(News(row.seq, row.type, row.at, row.data) for row in rows)


def start_after(account_id: UUID, seq: int | None) -> Start:
    """Return where a reader begins that has seen the events up to this number.

    None is for somebody who comes now and has seen nothing.
    """
    last = last_number(account_id)
    if seq is None or seq == last:
        return Start(last)
    missed = news_after(account_id, seq, most=MOST_MISSED) if 0 <= seq < last else ()
    is_whole = bool(missed) and missed[0].seq == seq + 1 and missed[-1].seq >= last
    return Start(missed[-1].seq, missed) if is_whole else Start(last, is_reset=True)

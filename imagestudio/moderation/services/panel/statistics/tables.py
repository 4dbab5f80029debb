"""Tables of figures: rows of words, numbers, shares and times, for a page and for a file."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to calculate


@dataclass(frozen=True, slots=True)
class Share:
    """A part of something, from 0 to 1."""

    value: float


Cell: TypeAlias = str | int | date | timedelta | Share | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; `name` is that of its file. The first cell of a row says what it is."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""  # what one has to know of it

    @property
    def lines(self) -> list[tuple[Cell, list[tuple[str, Cell]]]]:
        """Return each row's first cell, and its others with their heads."""
        return [(row[0], list(zip(self.heads[1:], row[1:], strict=True))) for row in self.rows]

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is in it."""
        return not any(cell for row in self.rows for cell in row[1:])


def share(part: int, whole: int) -> Share | None:
    """Return a part of a whole; None where there is nothing."""
    return Share(round(part / whole, 4)) if whole else None


def seconds(value: float | None) -> timedelta | None:
    """Return a time of so many seconds; None for None."""
    return None if value is None else timedelta(seconds=round(value))


def plain(cell: Cell) -> str | int | float | None:
    """Return a cell as a program reads it: days as 2026-11-30, times in seconds."""
    if isinstance(cell, Share):
        return cell.value
    if isinstance(cell, timedelta):
        return int(cell.total_seconds())
    return cell.isoformat() if isinstance(cell, date) else cell


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a table as a CSV file. No cell begins like a formula of a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(heads)
    for row in rows:
        values = [plain(cell) for cell in row]
        writer.writerow(
            [
                f"'{one}" if isinstance(one, str) and one.startswith(FORMULA) else one
                for one in values
            ]
        )
    return file.getvalue().encode()


def numbers_in(rows: Sequence[Sequence[Cell]], column: int) -> list[int]:
    """Return the numbers of a column."""
    return [cell for row in rows if isinstance(cell := row[column], int)]

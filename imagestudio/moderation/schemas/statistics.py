"""Statistics of moderation as the API gives them."""

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from imagestudio.moderation.services.panel.statistics.tables import Table, plain
from imagestudio.moderation.services.panel.statistics.whole import Statistics


class TableOut(Schema):
    """A table. Days are written as 2026-11-30, times are seconds, shares go from 0 to 1."""

    name: str
    title: str
    heads: list[str]
    rows: Annotated[
        list[list[str | int | float | None]],
        Field(description="Each has a cell for each head; the first says what it is"),
    ]

    @classmethod
    def of(cls, table: Table) -> "TableOut":
        """Return a table."""
        rows = [[plain(cell) for cell in row] for row in table.rows]
        return cls(name=table.name, title=table.title, heads=list(table.heads), rows=rows)


class StatisticsOut(Schema):
    """All tables of some days of UTC, the first and the last included."""

    since: date
    until: date
    tables: list[TableOut]

    @classmethod
    def of(cls, found: Statistics) -> "StatisticsOut":
        """Return the statistics of a span."""
        tables = [TableOut.of(one) for one in found.tables]
        return cls(since=found.span.first, until=found.span.last, tables=tables)

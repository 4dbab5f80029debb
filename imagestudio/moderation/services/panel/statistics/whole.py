"""All tables of a span, with their charts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import NoSuchTable
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.panel.charts import Chart, Series, chart_of
from imagestudio.moderation.services.panel.statistics import counting
from imagestudio.moderation.services.panel.statistics.spans import Span
from imagestudio.moderation.services.panel.statistics.tables import Cell, Table, numbers_in

MOST_BARS = 62  # days; more are drawn week by week
WEEK = 7


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of a span: tables in their order, and charts by the name of their table."""

    span: Span
    tables: Sequence[Table]
    charts: Mapping[str, Chart]


def statistics_of(moderator: User, span: Span) -> Statistics:
    """Return all tables that somebody may see, and the charts of some."""
    backlog = counting.backlog(span)
    days, actions = counting.decided(span)
    refusals = counting.signals(span)
    lanes, moderators = counting.handled(span)
    tables = [counting.waiting(), lanes, backlog, days, actions, counting.reasons(span)]
    tables += [counting.appeals(span), refusals]
    if may_see_moderators(moderator):
        tables.append(moderators)
    charts = {
        "backlog": drawn(backlog, [3], last),
        "decided": drawn(days, [1, 2, 3, 4], sum),
        "refusals": drawn(refusals, [1, 2], sum),
    }
    return Statistics(span, tables, charts)


def table_of(moderator: User, span: Span, name: str) -> Table:
    """Return one table. Raises NoSuchTable, also for one that somebody may not see."""
    made: Mapping[str, Callable[[], Table]] = {
        "waiting": counting.waiting,
        "backlog": lambda: counting.backlog(span),
        "decided": lambda: counting.decided(span)[0],
        "actions": lambda: counting.decided(span)[1],
        "reasons": lambda: counting.reasons(span),
        "lanes": lambda: counting.handled(span)[0],
        "appeals": lambda: counting.appeals(span),
        "refusals": lambda: counting.signals(span),
        "moderators": lambda: counting.handled(span)[1],
    }
    if name not in made or (name == "moderators" and not may_see_moderators(moderator)):
        raise NoSuchTable("There is no such table.")
    return made[name]()


def may_see_moderators(moderator: User) -> bool:
    """Say whether somebody may see what each moderator did."""
    return rank_in_panel(moderator) >= Rank.SENIOR_MODERATOR


def drawn(table: Table, columns: Sequence[int], fold: Callable[[Sequence[int]], int]) -> Chart:
    """Return the bars of a table's columns: a day each, or a week where those were too many."""
    rows = table.rows
    size = 1 if len(rows) <= MOST_BARS else WEEK
    some = [rows[start : start + size] for start in range(0, len(rows), size)]
    labels = [label_of(part, size) for part in some]
    series = [
        Series(table.heads[column], [fold(numbers_in(part, column)) for part in some])
        for column in columns
    ]
    return chart_of(table.title, labels, series)


def label_of(rows: Sequence[Sequence[Cell]], size: int) -> str:
    """Return what a bar is called: its day, or the first day of its week."""
    day = rows[0][0]
    words = f"{day:%-d %b %Y}" if isinstance(day, date) else str(day)
    return words if size == 1 else f"Week from {words}"


def last(numbers: Sequence[int]) -> int:
    """Return the last of some numbers."""
    return numbers[-1]

"""The statements behind the tables: each counts one thing over a span of days."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from imagestudio.accounts.models import User
from imagestudio.moderation.models import Case, Signal
from imagestudio.moderation.policies import RESTRICTING, Action, Reason
from imagestudio.moderation.services.panel.statistics.spans import DAY, Span
from imagestudio.moderation.services.panel.statistics.tables import Cell, Table, seconds, share

# The median, and what nine of ten stay below.
WAITING = """
    SELECT lane, count(*), percentile_cont(ARRAY[0.5, 0.9])
        WITHIN GROUP (ORDER BY extract(epoch FROM now() - opened_at))
    FROM moderation_case WHERE state <> 'closed'
    GROUP BY GROUPING SETS ((lane), ()) ORDER BY lane NULLS FIRST
"""
BACKLOG = """
    WITH moved AS (
        SELECT (opened_at AT TIME ZONE 'UTC')::date AS day, 1 AS opened, 0 AS closed
        FROM moderation_case WHERE opened_at < %(end)s
        UNION ALL
        SELECT (closed_at AT TIME ZONE 'UTC')::date, 0, 1
        FROM moderation_case WHERE state = 'closed' AND closed_at < %(end)s
    )
    SELECT greatest(day, %(before)s), sum(opened), sum(closed) FROM moved GROUP BY 1 ORDER BY 1
"""
DECIDED = """
    SELECT (at AT TIME ZONE 'UTC')::date, action, automated_decide, count(*)
    FROM moderation_decision WHERE at >= %s AND at < %s GROUP BY 1, 2, 3
"""
REASONS = """
    SELECT reason, action, automated_decide, count(*)
    FROM moderation_decision WHERE at >= %s AND at < %s AND reason <> '' GROUP BY 1, 2, 3
"""
# What people decided in cases, by lane and by moderator, and what became of objections to it.
# What only takes an older decision back is no answer to a case.
HANDLED = """
    SELECT grouping(c.lane), grouping(d.actor_id), c.lane, d.actor_id, count(*),
        count(*) FILTER (WHERE d.action = ANY(%(restricting)s)),
        percentile_cont(ARRAY[0.5, 0.9])
            WITHIN GROUP (ORDER BY extract(epoch FROM d.at - c.opened_at)),
        count(*) FILTER (WHERE a.outcome IN ('upheld', 'overturned')),
        count(*) FILTER (WHERE a.outcome = 'overturned')
    FROM moderation_decision d
    JOIN moderation_case c ON c.id = d.case_id
    LEFT JOIN moderation_appeal a ON a.decision_id = d.id
    LEFT JOIN moderation_appeal answered
        ON answered.decision_id = d.reverses_id AND answered.outcome = 'overturned'
    WHERE d.at >= %(begin)s AND d.at < %(end)s AND d.actor_id IS NOT NULL
        AND (d.action <> 'reverse' OR answered.id IS NOT NULL)
    GROUP BY GROUPING SETS ((c.lane), (d.actor_id), ())
    ORDER BY c.lane NULLS FIRST, 5 DESC, d.actor_id
"""
APPEALS = """
    SELECT d.automated_decide,
        count(*) FILTER (WHERE a.made_at >= %(begin)s AND a.made_at < %(end)s),
        count(*) FILTER (WHERE a.decided_at >= %(begin)s AND a.decided_at < %(end)s
            AND a.outcome = 'upheld'),
        count(*) FILTER (WHERE a.decided_at >= %(begin)s AND a.decided_at < %(end)s
            AND a.outcome = 'overturned'),
        count(*) FILTER (WHERE a.decided_at >= %(begin)s AND a.decided_at < %(end)s
            AND a.outcome = 'ended'),
        extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY a.decided_at - a.made_at)
            FILTER (WHERE a.decided_at >= %(begin)s AND a.decided_at < %(end)s))
    FROM moderation_appeal a JOIN moderation_decision d ON d.id = a.decision_id
    WHERE a.made_at < %(end)s AND (a.decided_at IS NULL OR a.decided_at >= %(begin)s)
    GROUP BY GROUPING SETS ((d.automated_decide), ()) ORDER BY 1 NULLS FIRST
"""
SIGNALS = """
    SELECT (at AT TIME ZONE 'UTC')::date, kind, count(*)
    FROM moderation_signal WHERE at >= %s AND at < %s GROUP BY 1, 2
"""


def asked(statement: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def lane_of(lane: int | None) -> str:
    """Return the name of a lane; None stands for all of them."""
    return "All" if lane is None else str(Case.Lane(lane).label)


def waiting() -> Table:
    """Return what waits now, by lane, and how old it is."""
    rows = asked(WAITING)
    return Table(
        "waiting",
        "Waits now",
        ("Lane", "Cases", "Median age", "9 of 10 younger than"),
        [(lane_of(lane), count, *map(seconds, times)) for lane, count, times in rows if times],
        "Cases that were put off are among them.",
    )


def backlog(span: Span) -> Table:
    """Return for each day how many cases were opened and closed, and how many waited at its end."""
    before = span.first - DAY
    found = asked(BACKLOG, {"end": span.ends_at, "before": before})
    moved = {day: (opened, closed) for day, opened, closed in found}
    opened, closed = moved.get(before, (0, 0))
    waits = opened - closed
    rows: list[Sequence[Cell]] = []
    for day in days_of(span):
        opened, closed = moved.get(day, (0, 0))
        waits += opened - closed
        rows.append((day, int(opened), int(closed), int(waits)))
    return Table(
        "backlog",
        "Opened, closed, and waiting at the end of the day",
        ("Day", "Opened", "Closed", "Waiting"),
        rows,
        "A case that was opened again counts as open since its first day.",
    )


def days_of(span: Span) -> list[date]:
    """Return the days of a span."""
    return [span.first + number * DAY for number in range(span.length)]


def decided(span: Span) -> tuple[Table, Table]:
    """Return what was decided by day, and by action."""
    by_day: dict[date, list[int]] = {day: [0, 0, 0, 0] for day in days_of(span)}
    by_action: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for day, action, automated, count in asked(DECIDED, span.moments):
        by_day[day][kind_of(action, automated=automated)] += count
        by_action[action][automated] += count
    kinds = ("Restricted by people", "Restricted by rules", "Nothing taken", "Taken back")
    days = Table(
        "decided",
        "Decided by day",
        ("Day", *kinds),
        [(day, *counts) for day, counts in by_day.items()],
    )
    total = sum(sum(counts) for counts in by_action.values())
    rules = sum(counts[True] for counts in by_action.values())
    actions = Table(
        "actions",
        "By action",
        ("Action", "Decisions", "By people", "By rules", "Share by rules"),
        [
            ("All", total, total - rules, rules, share(rules, total)),
            *(
                (
                    str(one.label),
                    sum(counts),
                    counts[False],
                    counts[True],
                    share(counts[1], sum(counts)),
                )
                for one in Action
                if (counts := by_action.get(one.value))
            ),
        ],
    )
    return days, actions


def kind_of(action: str, *, automated: bool) -> int:
    """Return in which column of the days a decision is counted."""
    if action == Action.REVERSE:
        return 3
    if action in RESTRICTING:
        return 1 if automated else 0
    return 2


def reasons(span: Span) -> Table:
    """Return for which reasons something was taken from somebody."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for reason, action, automated, count in asked(REASONS, span.moments):
        if action in RESTRICTING:
            counts[reason][automated] += count
    return Table(
        "reasons",
        "Restrictions by reason",
        ("Reason", "Rule of the studio", "Decisions", "By rules"),
        [
            (str(one.label), str(one.policy.label), sum(counts[one.value]), counts[one.value][1])
            for one in sorted(Reason, key=lambda one: -sum(counts[one.value]))
            if sum(counts[one.value])
        ],
    )


def handled(span: Span) -> tuple[Table, Table]:
    """Return how soon people decided and how often something was done: by lane, by moderator."""
    moments = {"begin": span.begins_at, "end": span.ends_at, "restricting": RESTRICTING}
    found = [row for row in asked(HANDLED, moments) if row[4]]
    users = User.objects.in_bulk([row[3] for row in found if row[3]])
    heads = ("Decisions", "Action rate", "Median", "9 of 10 within")
    lanes = [
        (lane_of(lane), count, share(acted, count), seconds(times[0]), seconds(times[1]))
        for _, by_all, lane, _, count, acted, times, *_ in found
        if by_all
    ]
    people = [
        (
            *(named(users[who]), count, share(acted, count)),
            *(seconds(times[0]), seconds(times[1]), objections, overturned),
        )
        for _, by_all, _, who, count, acted, times, objections, overturned in found
        if not by_all
    ]
    note = "From opening a case to deciding it: how long it waited, not how long somebody worked."
    return (
        Table("lanes", "Decided by people, by lane", ("Lane", *heads), lanes, note),
        Table(
            "moderators",
            "By moderator",
            ("Moderator", *heads, "Objections decided", "Overturned"),
            people,
            note,
        ),
    )


def appeals(span: Span) -> Table:
    """Return how many objections there were, against whom, and what became of them."""
    rows = asked(APPEALS, {"begin": span.begins_at, "end": span.ends_at})
    names = {None: "All", False: "Against people", True: "Against rules"}
    return Table(
        "appeals",
        "Objections",
        (
            "Objections",
            "Made",
            "Upheld",
            "Overturned",
            "Ended before",
            "Overturn rate",
            "Median",
        ),
        [
            (names[automated], made, upheld, over, ended, share(over, over + upheld), seconds(half))
            for automated, made, upheld, over, ended, half in rows
            if made or upheld or over or ended
        ],
    )


def signals(span: Span) -> Table:
    """Return how often safety systems refused something, by day."""
    kinds = list(Signal.Kind)
    counts: dict[date, dict[str, int]] = defaultdict(dict)
    for day, kind, count in asked(SIGNALS, span.moments):
        counts[day][kind] = count
    return Table(
        "refusals",
        "Refused by safety systems",
        ("Day", *(str(one.label) for one in kinds)),
        [(day, *(counts[day].get(one.value, 0) for one in kinds)) for day in days_of(span)],
        "They are kept for thirty days.",
    )


def named(user: User) -> str:
    """Return what a moderator is called."""
    return user.name or user.email

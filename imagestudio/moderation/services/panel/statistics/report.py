"""The transparency report of half a year: counts that Art. 15 and 24 of the DSA ask for.

Counts alone: no person, no picture, no text is in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from imagestudio.errors import FieldError, Invalid
from imagestudio.moderation.policies import RESTRICTING, Action, Policy, Reason
from imagestudio.moderation.services.panel.statistics.counting import asked
from imagestudio.moderation.services.panel.statistics.spans import Span
from imagestudio.moderation.services.panel.statistics.tables import Cell, csv_of, seconds, share

HEADS = ("section", "about", "detail", "value", "unit")
HALF = re.compile(r"(20\d\d)-([12])")
NOTICES = """
    SELECT r.reason, count(*), count(*) FILTER (WHERE r.reporter_id IS NULL),
        count(*) FILTER (WHERE r.answered_at IS NOT NULL),
        count(*) FILTER (WHERE r.answered_at IS NOT NULL AND c.outcome = 'actioned'),
        extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY r.answered_at - r.at))
    FROM moderation_report r JOIN moderation_case c ON c.id = r.case_id
    WHERE r.at >= %s AND r.at < %s GROUP BY GROUPING SETS ((r.reason), ()) ORDER BY 1 NULLS FIRST
"""
DECISIONS = """
    SELECT policy, reason, action, origin, automated_detect, automated_decide,
        (legal_ground <> ''), count(*)
    FROM moderation_decision WHERE at >= %s AND at < %s AND action = ANY(%s)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
"""
SPEED = """
    SELECT extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY d.at - c.opened_at))
    FROM moderation_decision d JOIN moderation_case c ON c.id = d.case_id
    WHERE d.at >= %s AND d.at < %s AND d.actor_id IS NOT NULL AND d.action <> 'reverse'
"""
COMPLAINTS = """
    SELECT d.automated_decide, count(*), count(*) FILTER (WHERE a.outcome = 'upheld'),
        count(*) FILTER (WHERE a.outcome = 'overturned'),
        count(*) FILTER (WHERE a.outcome = 'ended'), count(*) FILTER (WHERE a.decided_at IS NULL),
        extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY a.decided_at - a.made_at))
    FROM moderation_appeal a JOIN moderation_decision d ON d.id = a.decision_id
    WHERE a.made_at >= %s AND a.made_at < %s
    GROUP BY GROUPING SETS ((d.automated_decide), ()) ORDER BY 1 NULLS FIRST
"""
REACHED = """
    SELECT measure, is_taken, count(*) FROM moderation_reached
    WHERE at >= %s AND at < %s GROUP BY 1, 2 ORDER BY 1, 2
"""
Line = tuple[str, str, str, Cell, str]


@dataclass(frozen=True, slots=True)
class Half:
    """Half a year."""

    year: int
    number: int  # 1 or 2

    @classmethod
    def read(cls, text: str) -> "Half":
        """Return the half year that is written as 2026-1. Raises Invalid."""
        found = HALF.fullmatch(text)
        if found is None:
            words = "Half a year is written as 2026-1 or 2026-2."
            raise Invalid(words, fields=[FieldError("half", "invalid", words)])
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Half":
        """Return the half year of a day."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def span(self) -> Span:
        """Return its days."""
        if self.number == 1:
            return Span(date(self.year, 1, 1), date(self.year, 6, 30))
        return Span(date(self.year, 7, 1), date(self.year, 12, 31))

    @property
    def before(self) -> "Half":
        """Return the half year before."""
        return Half.of(self.span.first - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"


def report_of(half: Half) -> bytes:
    """Return the transparency report of half a year as a CSV file."""
    return csv_of(HEADS, lines_of(half.span))


def lines_of(span: Span) -> Iterator[Line]:
    """Yield the lines of a report."""
    yield "report", "days", "from", span.first, "day"
    yield "report", "days", "until", span.last, "day"
    yield from notices(span)
    yield from decisions(span)
    yield from complaints(span)
    for measure, is_taken, count in asked(REACHED, span.moments):
        how = "taken by the rule" if is_taken else "proposed to people"
        yield "repeated misuse", measure, how, count, "thresholds"


def notices(span: Span) -> Iterator[Line]:
    """Yield what was reported, and what came of it."""
    for reason, count, strangers, answered, acted, half in asked(NOTICES, span.moments):
        about = reason or "all"
        yield "notices", about, "received", count, "notices"
        yield "notices", about, "from people who were not signed in", strangers, "notices"
        yield "notices", about, "answered", answered, "notices"
        yield "notices", about, "led to an action", acted, "notices"
        yield "notices", about, "median time to the answer", seconds(half), "seconds"


def decisions(span: Span) -> Iterator[Line]:
    """Yield what was taken from people, why, how it was found and how decided."""
    found = asked(DECISIONS, [*span.moments, RESTRICTING])
    total = sum(row[-1] for row in found)
    rules = sum(row[-1] for row in found if row[5])
    detected = sum(row[-1] for row in found if row[4])
    reported = sum(row[-1] for row in found if row[3] == "report")
    legal = sum(row[-1] for row in found if row[6])
    ((half,),) = asked(SPEED, span.moments)
    yield "restrictions", "all", "taken", total, "decisions"
    yield "restrictions", "all", "after a notice", reported, "decisions"
    yield "restrictions", "all", "without a notice", total - reported, "decisions"
    yield "restrictions", "all", "on a legal ground", legal, "decisions"
    yield "restrictions", "all", "on the rules of the studio alone", total - legal, "decisions"
    yield "restrictions", "all", "found by a program", detected, "decisions"
    yield "restrictions", "all", "decided by a program", rules, "decisions"
    yield "restrictions", "all", "decided by a program", share(rules, total), "share"
    yield "decisions", "by people", "median time from opening the case", seconds(half), "seconds"
    for column, names in ((0, Policy.values), (1, Reason.values), (2, Action.values)):
        for name in names:
            some = [row for row in found if row[column] == name]
            if some:
                kind = ("rule of the studio", "reason", "action")[column]
                count = sum(row[-1] for row in some)
                yield f"restrictions by {kind}", name, "taken", count, "decisions"
                by_rule = sum(row[-1] for row in some if row[5])
                yield f"restrictions by {kind}", name, "decided by a program", by_rule, "decisions"


def complaints(span: Span) -> Iterator[Line]:
    """Yield what people objected to, and what came of it."""
    names = {None: "all", False: "against decisions of people", True: "against decisions of rules"}
    for rule, count, upheld, over, ended, waits, half in asked(COMPLAINTS, span.moments):
        about = names[rule]
        yield "complaints", about, "received", count, "complaints"
        yield "complaints", about, "decision upheld", upheld, "complaints"
        yield "complaints", about, "decision overturned", over, "complaints"
        yield "complaints", about, "decision had ended before", ended, "complaints"
        yield "complaints", about, "not decided yet", waits, "complaints"
        yield "complaints", about, "overturned of decided", share(over, over + upheld), "share"
        yield "complaints", about, "median time to the answer", seconds(half), "seconds"

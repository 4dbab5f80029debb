"""Proving the ledger: every counter is the sum of its entries, every hold stands as they say.

Only reads, month by month, and lets the database add up. Each month is looked at by one statement
for its holds and one for its periods; a statement sees whole transactions only, so that work that
goes on meanwhile cannot look like a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection

from imagestudio.money.models import BudgetPeriod

MOST_NAMED = 20  # differences of one month that are told one by one

# What the entries of each hold say, and whether the hold stands so.
HOLDS = """
WITH told AS (
    SELECT h.id, h.state, h.amount, count(e.id) AS entries,
        count(e.id) FILTER (WHERE e.kind = 'hold' AND e.amount = h.amount) AS holds,
        count(e.id) FILTER (WHERE e.kind = 'release' AND e.amount = h.amount) AS releases,
        count(e.id) FILTER (WHERE e.kind IN ('settle', 'write_off')) AS settles,
        count(e.id) FILTER (WHERE e.kind IN ('hold', 'release') AND e.amount <> h.amount)
          + count(e.id) FILTER (WHERE e.period_id <> h.period_id
                                   OR e.account_id <> h.account_id) AS strangers
    FROM money_hold h
    JOIN money_budgetperiod p ON p.id = h.period_id
    LEFT JOIN money_ledgerentry e ON e.hold_id = h.id
    WHERE p.month = %(month)s
    GROUP BY h.id
), judged AS (
    SELECT *, holds = 1 AND strangers = 0 AND CASE state
        WHEN 'held' THEN releases = 0 AND settles = 0
        WHEN 'settled' THEN releases = 0 AND settles = 1
        WHEN 'released' THEN releases = 1 AND settles = 0
        ELSE false END AS agrees
    FROM told
)
SELECT count(*), coalesce(sum(entries), 0)::bigint, count(*) FILTER (WHERE NOT agrees),
    (array_agg(id::text || ' is ' || state ORDER BY id) FILTER (WHERE NOT agrees))[1:%(most)s]
FROM judged
"""

# What the entries add up to, for an account's periods and for its members'.
PERIODS = """
WITH moved AS (
    SELECT h.period_id, h.member_period_id,
        sum(CASE e.kind WHEN 'hold' THEN e.amount WHEN 'release' THEN -e.amount
            WHEN 'settle' THEN -h.amount WHEN 'write_off' THEN -h.amount ELSE 0 END) AS held,
        sum(CASE WHEN e.kind IN ('settle', 'adjust', 'write_off') THEN e.amount ELSE 0 END)
            AS settled
    FROM money_ledgerentry e
    JOIN money_hold h ON h.id = e.hold_id
    JOIN money_budgetperiod p ON p.id = h.period_id
    WHERE p.month = %(month)s
    GROUP BY h.period_id, h.member_period_id
), summed AS (
    SELECT id, sum(held) AS held, sum(settled) AS settled FROM (
        SELECT period_id AS id, held, settled FROM moved
        UNION ALL
        SELECT member_period_id, held, settled FROM moved WHERE member_period_id IS NOT NULL
    ) AS both_kinds GROUP BY id
)
SELECT a.slug, u.email, p.held, p.settled, coalesce(s.held, 0)::bigint,
    coalesce(s.settled, 0)::bigint
FROM money_budgetperiod p
JOIN accounts_account a ON a.id = p.account_id
LEFT JOIN accounts_user u ON u.id = p.member_id
LEFT JOIN summed s ON s.id = p.id
WHERE p.month = %(month)s
  AND (p.held, p.settled) <> (coalesce(s.held, 0), coalesce(s.settled, 0))
ORDER BY a.slug, u.email
"""

# Entries and holds that the statements above cannot reach from a period of their own account.
ASTRAY = """
SELECT h.id::text FROM money_hold h
JOIN money_budgetperiod p ON p.id = h.period_id
LEFT JOIN money_budgetperiod m ON m.id = h.member_period_id
WHERE p.month = %(month)s AND (p.member_id IS NOT NULL OR p.account_id <> h.account_id
    OR m.account_id <> h.account_id OR m.month <> p.month OR m.member_id IS DISTINCT FROM h.user_id
       AND m.id IS NOT NULL)
ORDER BY h.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared in one month, and each difference in words. Amounts are micro-dollars."""

    month: date
    periods: int
    holds: int
    entries: int
    differences: tuple[str, ...]


def check_ledger() -> Iterator[Proof]:
    """Yield the proof of every month that has a period, the oldest first."""
    months = BudgetPeriod.objects.order_by("month").values_list("month", flat=True).distinct()
    for month in list(months):
        yield proof_of(month)


def proof_of(month: date) -> Proof:
    """Compare the counters, the holds and the entries of one month."""
    values: dict[str, date | int] = {"month": month, "most": MOST_NAMED}
    with connection.cursor() as cursor:
        cursor.execute(HOLDS, values)
        holds, entries, wrong, named = cursor.fetchone()
        cursor.execute(PERIODS, values)
        periods = cursor.fetchall()
        cursor.execute(ASTRAY, values)
        astray = cursor.fetchall()
    differences = [f"hold {one}, but its entries say otherwise" for one in named or ()]
    if wrong > len(differences):
        differences.append(f"and {wrong - len(differences)} more holds")
    differences += [f"hold {key} stands in a period that is not its own" for (key,) in astray]
    differences += [
        f"{slug}{f' {email}' if email else ''}: held {held}, by its entries {held_by_entries}; "
        f"settled {settled}, by its entries {settled_by_entries}"
        for slug, email, held, settled, held_by_entries, settled_by_entries in periods
    ]
    count = BudgetPeriod.objects.filter(month=month).count()
    return Proof(month, count, holds, entries, tuple(differences))

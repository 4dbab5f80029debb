"""How many pictures each month has."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import Filters
from imagestudio.library.listing.matches import MOST, count_matches
from imagestudio.library.listing.pages import count_up_to
from imagestudio.library.listing.wanted import MONTHS, Wanted


@dataclass(frozen=True, slots=True)
class Month:
    """A month (its first day, of UTC) and its pictures; None: so many that nobody counted them.

    Not exact: there are at least so many.
    """

    first: date
    count: int | None
    is_exact: bool


def months(account: Account, user: User, filters: Filters) -> list[Month]:
    """Return the months that have pictures which match, in the order of the list.

    Exact for whatever is filtered by columns. With words, albums, tags or favourites as long as
    there are no more than 3,000 matches, or pictures in the album, with the tag, liked; beyond
    that the months are those of the other filters.
    """
    wanted = Wanted.of(account, user, filters)
    found: list[Month] | None = None
    if wanted.places or wanted.words():
        found = counted_matches(wanted)
    if found is None:
        found = counted_shelves(wanted)
        if wanted.places or wanted.words():
            found = [Month(one.first, None, is_exact=False) for one in found]
        else:
            found = [one for one in (whole(month, wanted) for month in found) if one.count]
    return found if filters.sort == "newest" else found[::-1]


def counted_shelves(wanted: Wanted) -> list[Month]:
    """Return the months of the shelves that are wanted, the newest first."""
    statement = f"""
        SELECT month, sum(pictures) FROM ({MONTHS}) AS months
        WHERE {f"(shelf IN ({wanted.shelves()})) IS TRUE" if wanted.columns("") else "true"}
        AND (%(since)s::timestamptz IS NULL
             OR month >= date_trunc('month', %(since)s::timestamptz AT TIME ZONE 'UTC'))
        AND (%(until)s::timestamptz IS NULL
             OR month < %(until)s::timestamptz AT TIME ZONE 'UTC')
        GROUP BY month HAVING sum(pictures) > 0 ORDER BY month DESC"""
    return rows(statement, wanted.values)


def counted_matches(wanted: Wanted) -> list[Month] | None:
    """Return the months of what matches, None where that is too much to be counted."""
    counted = count_matches(
        wanted,
        """SELECT '', '', date_trunc('month', added_at AT TIME ZONE 'UTC')::date AS month, count(*)
        FROM matches GROUP BY 3""",
    )
    if not counted.is_all:
        return None
    found = [Month(month, count, is_exact=True) for *_, month, count in counted.rows]
    return sorted(found, key=lambda one: one.first, reverse=True)


def rows(statement: str, values: dict[str, Any]) -> list[Month]:
    """Return the months that a statement counts."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Month(month, int(count), is_exact=True) for month, count in cursor.fetchall()]


def whole(month: Month, wanted: Wanted) -> Month:
    """Return a month of which the filters want every day, or count those that they want."""
    filters = wanted.filters
    last = month.first.replace(day=monthrange(month.first.year, month.first.month)[1])
    since, until = filters.since or month.first, filters.until or last
    if since <= month.first and until >= last:
        return month
    days = replace(filters, since=max(since, month.first), until=min(until, last))
    count = count_up_to(MOST, wanted.account, wanted.user, days)
    return Month(month.first, count, is_exact=count < MOST)

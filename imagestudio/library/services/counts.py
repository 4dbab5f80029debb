"""Counts of a library: added up from time to time, and proven."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

# One at a time: two would add up each other's rows twice as slowly, never twice.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('library.counts'))"
FOLD_SHELVES = """
WITH taken AS (DELETE FROM library_shelfchange RETURNING *),
months AS (
    INSERT INTO library_shelfmonth AS kept (account_id, month, shelf, pictures)
    SELECT account_id, month, shelf, sum(pictures) FROM taken GROUP BY 1, 2, 3
    ON CONFLICT (account_id, month, shelf)
        DO UPDATE SET pictures = kept.pictures + excluded.pictures
)
INSERT INTO library_shelf AS kept (id, account_id, model, quality, size, format, origin,
    created_by_id, visibility, pictures)
SELECT shelf, account_id, model, quality, size, format, origin, created_by_id, visibility,
    sum(pictures)
FROM taken GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ON CONFLICT (id) DO UPDATE SET pictures = kept.pictures + excluded.pictures
"""
FOLD_TALLIES = """
WITH taken AS (DELETE FROM library_tallychange RETURNING *)
INSERT INTO library_tally AS kept (id, account_id, kind, key, pictures)
SELECT gen_random_uuid(), account_id, kind, key, sum(pictures) FROM taken GROUP BY 2, 3, 4
ON CONFLICT (account_id, kind, key) DO UPDATE SET pictures = kept.pictures + excluded.pictures
"""
# Shelves by month, then what is put somewhere: as they are, and as they are counted.
SHELVES = """
SELECT shelf, account_id, date_trunc('month', added_at AT TIME ZONE 'UTC')::date, count(*)
FROM library_image WHERE is_listed GROUP BY 1, 2, 3
"""
COUNTED_SHELVES = """
SELECT shelf, account_id, month, sum(pictures) FROM (
    SELECT shelf, account_id, month, pictures FROM library_shelfmonth
    UNION ALL SELECT shelf, account_id, month, pictures FROM library_shelfchange
) AS counted GROUP BY 1, 2, 3 HAVING sum(pictures) <> 0
"""
TOTALS = """
SELECT shelf, account_id, count(*) FROM library_image WHERE is_listed GROUP BY 1, 2
"""
COUNTED_TOTALS = """
SELECT shelf, account_id, sum(pictures) FROM (
    SELECT id AS shelf, account_id, pictures FROM library_shelf
    UNION ALL SELECT shelf, account_id, pictures FROM library_shelfchange
) AS counted GROUP BY 1, 2 HAVING sum(pictures) <> 0
"""
PLACES = """
SELECT image.account_id, place.kind, place.key, count(*) FROM (
    SELECT 'tag' AS kind, tag_id AS key, image_id FROM library_imagetag
    UNION ALL SELECT 'album', album_id, image_id FROM library_albumitem
    UNION ALL SELECT 'favourite', user_id, image_id FROM library_favourite
) AS place JOIN library_image AS image ON image.id = place.image_id AND image.is_listed
GROUP BY 1, 2, 3
"""
COUNTED_PLACES = """
SELECT account_id, kind, key, sum(pictures) FROM (
    SELECT account_id, kind, key, pictures FROM library_tally
    UNION ALL SELECT account_id, kind, key, pictures FROM library_tallychange
) AS counted GROUP BY 1, 2, 3 HAVING sum(pictures) <> 0
"""
PAIRS = ((SHELVES, COUNTED_SHELVES), (TOTALS, COUNTED_TOTALS), (PLACES, COUNTED_PLACES))
# Rows and what was noted of them become visible together, so that one statement sees both as of one
# moment: nobody who writes has to wait. What is noted since stays, and is added up as always.
RECOUNT_SHELVES = """
WITH changes AS (DELETE FROM library_shelfchange), shelves AS (DELETE FROM library_shelf),
    months AS (DELETE FROM library_shelfmonth)
INSERT INTO library_shelfchange (account_id, shelf, month, model, quality, size, format, origin,
    created_by_id, visibility, pictures)
SELECT account_id, shelf, date_trunc('month', added_at AT TIME ZONE 'UTC'), model, quality, size,
    format, origin, created_by_id, visibility, count(*)
FROM library_image WHERE is_listed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
"""
RECOUNT_PLACES = f"""
WITH changes AS (DELETE FROM library_tallychange), tallies AS (DELETE FROM library_tally)
INSERT INTO library_tallychange (account_id, kind, key, pictures) {PLACES}
"""


@dataclass(frozen=True, slots=True)
class Differences:
    """How many counts are not what the rows say."""

    shelves: int
    totals: int
    places: int

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.shelves or self.totals or self.places)


@transaction.atomic
def fold_counts() -> None:
    """Add up the changes that were noted since the last time."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute(FOLD_SHELVES)
        cursor.execute(FOLD_TALLIES)


@transaction.atomic
def compare_counts() -> Differences:
    """Return how many counts differ from the rows that they count, each kind at one moment."""
    with connection.cursor() as cursor:
        return Differences(*(differing(cursor, *pair) for pair in PAIRS))


@transaction.atomic
def recount() -> None:
    """Count all libraries anew; about 2 s per million. Writing goes on meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        cursor.execute(RECOUNT_SHELVES)
        cursor.execute(RECOUNT_PLACES)
        cursor.execute(FOLD_SHELVES)
        cursor.execute(FOLD_TALLIES)


def differing(cursor: Any, rows: str, counted: str) -> int:
    """Return how many lines of two statements do not stand in both."""
    cursor.execute(
        f"SELECT count(*) FROM (({rows} EXCEPT {counted}) UNION ALL ({counted} EXCEPT {rows})) AS d"
    )
    return int(cursor.fetchone()[0])

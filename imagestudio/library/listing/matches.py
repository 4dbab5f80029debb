"""The newest matches of a list: what its numbers are counted from, and whether that is all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from imagestudio.library.listing.reading import Direction
from imagestudio.library.listing.wanted import Wanted
from imagestudio.library.listing.ways import ways

MOST = 3_000  # matches that are counted: more would be waited for
COMMON = 100  # matches on a walk, from which on it is enough to count those

# What is counted of each match. They are looked up one by one: few pictures beside a whole library.
MATCHES = """
SELECT image.* FROM (SELECT id FROM keys WHERE id IS NOT NULL LIMIT %(limit)s - 1) AS keys
CROSS JOIN LATERAL (
    SELECT id, added_at, model, quality, size, format, origin, created_by_id, visibility
    FROM library_image AS image WHERE image.id = keys.id OFFSET 0
) AS image
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a statement said of some matches, how many these were, and whether they were all."""

    rows: list[tuple[Any, ...]]
    number: int
    is_all: bool


def count_matches(wanted: Wanted, asked: str, values: Mapping[str, Any] | None = None) -> Counted:
    """Return what a statement of four columns, the last a number, says of the table `matches`.

    These are pictures that match, 3,000 at most, looked for as a page of so many would be: so
    they are the newest ones, but where words that are not common had to be retrieved.
    """
    for reading, way in ways(wanted, Direction(is_down=True), None, is_counted=True):
        statement = f"""
            WITH keys AS MATERIALIZED ({way}), matches AS MATERIALIZED ({MATCHES})
            {asked} UNION ALL SELECT 'found', NULL, NULL, count(id) FROM keys
            UNION ALL SELECT 'ended', NULL, NULL, count(*) FROM keys"""
        with connection.cursor() as cursor:
            cursor.execute(statement, {**(values or {}), **reading.values(MOST + 1)})
            rows = cursor.fetchall()
        ends = {name: number for name, *_, number in rows if name in ("found", "ended")}
        is_all = ends["found"] == ends["ended"] <= MOST
        if is_all or ends["found"] >= COMMON:
            break
    return Counted(
        [row for row in rows if row[0] not in ends], min(ends["found"], MOST), is_all=is_all
    )

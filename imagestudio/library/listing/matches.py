"""Matches in no order, no more of them than can be counted at once, and whether that is all."""

from imagestudio.library.listing.reading import Direction, Reading
from imagestudio.library.listing.wanted import SHELVES, Wanted, placed

MOST = 3_000  # matches that are counted: more would be waited for
LOOKED_AT = 100_000  # pictures among which they are looked for, by an index that tells it all


def matches(wanted: Wanted) -> str:
    """Return a statement for the id, shelf and time of `%(most)s` matches at most.

    These are the newest ones; along an album, a tag or the favourites, what matches of so many of
    the newest there. With words they are any: the statement is planned as if all were
    wanted, by the index of words, and stops when it has enough, as a materialised part is only
    read as far as somebody asks.
    """
    conditions = ["image.account_id = %(account)s", "image.is_listed"]
    conditions += [*wanted.columns("image"), *wanted.words()]
    reading = Reading(wanted, Direction(is_down=True), start=None)
    if wanted.places:
        leading, *others = wanted.places
        conditions += [placed(one) for one in others]
        return f"""
            SELECT image.id, image.shelf, image.added_at
            FROM ({reading.stream(leading, "%(most)s")} LIMIT %(most)s) AS walked
            CROSS JOIN LATERAL (
                SELECT * FROM library_image AS image WHERE image.id = walked.id OFFSET 0
            ) AS image
            WHERE {" AND ".join(conditions)}"""
    if not wanted.has_words:
        # The index of the library does not tell which words a picture has.
        read = "id, added_at, shelf" + (", search" if wanted.words() else "")
        told = " AND ".join([*reading.of_shelves("image"), *wanted.words()]) or "true"
        return f"""
            SELECT id, shelf, added_at
            FROM ({reading.library(read)} LIMIT {LOOKED_AT}) AS image
            WHERE {told} LIMIT %(most)s"""
    conditions += wanted.span("image.added_at")
    return f"""
        WITH found AS MATERIALIZED (
            SELECT id, shelf, added_at FROM library_image AS image
            WHERE {" AND ".join(conditions)}
        )
        SELECT id, shelf, added_at FROM found LIMIT %(most)s"""


def is_cut(wanted: Wanted) -> str:
    """Return the condition that more may match than `matches` gave as a part of that name.

    To be asked in the same statement, with the same `%(most)s`: there are so many, or it did not
    come to the end of what it looked through.
    """
    reading = Reading(wanted, Direction(is_down=True), start=None)
    if wanted.places:
        return beyond(reading.stream(wanted.places[0], "%(most)s"), "%(most)s - 1")
    count = "(SELECT count(*) FROM matches)"
    if not (wanted.words() or wanted.span()):  # how many there are is kept
        told = " AND ".join(wanted.columns("shelves")) or "true"
        return f"{count} < (SELECT sum(pictures) FROM ({SHELVES}) AS shelves WHERE {told})"
    is_full = f"{count} >= %(most)s"
    if wanted.has_words:
        return is_full
    return f"({is_full} OR {beyond(reading.library('id'), str(LOOKED_AT))})"


def beyond(statement: str, most: str) -> str:
    """Return the condition that a statement gives more than so many rows."""
    return f"EXISTS (SELECT FROM ({statement}) AS walked OFFSET {most} LIMIT 1)"

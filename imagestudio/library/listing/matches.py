"""Matches in no order, no more of them than can be counted at once."""

from imagestudio.library.listing.pages import Direction, Reading
from imagestudio.library.listing.wanted import Wanted, placed

MOST = 10_000  # matches that are counted


def matches(wanted: Wanted) -> str:
    """Return a statement for the id, shelf and time of `%(most)s` matches at most.

    Along an album, a tag or the favourites these are the newest. Otherwise the statement is
    planned as if all were wanted, by an index, and stops when it has enough: a materialised part
    is only read as far as somebody asks.
    """
    conditions = ["image.account_id = %(account)s", "image.is_listed"]
    conditions += [*wanted.columns("image"), *wanted.words()]
    if wanted.places:
        leading, *others = wanted.places
        reading = Reading(wanted, Direction(is_down=True), has_start=False)
        conditions += [placed(one) for one in others]
        return f"""
            SELECT image.id, image.shelf, image.added_at
            FROM ({reading.stream(leading, "%(most)s")} LIMIT %(most)s) AS walked
            CROSS JOIN LATERAL (
                SELECT * FROM library_image AS image WHERE image.id = walked.id OFFSET 0
            ) AS image
            WHERE {" AND ".join(conditions)}"""
    conditions += wanted.span("image.added_at")
    if wanted.columns("") and not wanted.has_words:
        conditions.append(f"image.shelf IN ({wanted.shelves()})")
    return f"""
        WITH found AS MATERIALIZED (
            SELECT id, shelf, added_at FROM library_image AS image
            WHERE {" AND ".join(conditions)}
        )
        SELECT id, shelf, added_at FROM found LIMIT %(most)s"""

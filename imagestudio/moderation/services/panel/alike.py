"""Cases about the same picture: with the same bytes, in whatever library, or that look the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from imagestudio.library.similarity import SAME
from imagestudio.moderation.models import Case, CaseQuerySet

# The open cases are read once; each of some is compared with all of them.
PAIRS = """
WITH waiting(id, sha256, phash) AS MATERIALIZED ({waiting})
SELECT {wanted}
FROM waiting AS mine JOIN waiting AS other ON other.id <> mine.id AND (
    other.sha256 = mine.sha256 OR bit_count(other.phash # mine.phash) <= %s
)
WHERE mine.id = ANY(%s)
{grouped}
"""
EACH = "other.id, mine.sha256 = other.sha256"
COUNTED = "mine.id, count(*), array_agg(other.id) FILTER (WHERE other.id = ANY(%s))"


@dataclass(frozen=True, slots=True)
class Twin:
    """An open case whose picture looks the same as another's; `is_same`: to the byte."""

    case_id: UUID
    is_same: bool


def twins_of(case: Case, among: CaseQuerySet) -> list[Twin]:
    """Return the others among some cases whose pictures look the same; none of one that is not."""
    if case.image_id is None or case.state == Case.State.CLOSED:
        return []
    waiting, values = shown(among)
    found = run(PAIRS.format(waiting=waiting, wanted=EACH, grouped=""), *values, SAME, [case.pk])
    return [Twin(key, is_same) for key, is_same in found]


def twins_among(
    cases: Sequence[Case], among: CaseQuerySet
) -> dict[UUID, tuple[int, Sequence[UUID]]]:
    """Return how many others look the same as each of these cases, and which of these do.

    In one statement, however many there are; what has no other is left out.
    """
    keys = [one.pk for one in cases if one.image_id is not None]
    if not keys:
        return {}
    waiting, values = shown(among)
    counted = PAIRS.format(waiting=waiting, wanted=COUNTED, grouped="GROUP BY mine.id")
    found = run(counted, *values, keys, SAME, keys)
    return {key: (count, here or ()) for key, count, here in found}


def shown(among: CaseQuerySet) -> tuple[str, Sequence[Any]]:
    """Return the statement that reads what some cases look like, and its values."""
    pictures = among.filter(image__file__isnull=False).order_by()
    columns = pictures.values_list("pk", "image__file__sha256", "image__file__appearance__phash")
    return columns.query.sql_with_params()


def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

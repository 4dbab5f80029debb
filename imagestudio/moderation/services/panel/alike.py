"""Cases about the same picture: with the same bytes, in whatever library, or that look the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from imagestudio.library.similarity import SAME
from imagestudio.moderation.models import Case, CaseQuerySet

# The open cases are read once; each of some is compared with all of them.
PAIRS = """
WITH waiting(id, sha256, phash) AS MATERIALIZED ({waiting})
SELECT mine.id, other.id, mine.sha256 = other.sha256
FROM waiting AS mine JOIN waiting AS other ON other.id <> mine.id AND (
    other.sha256 = mine.sha256 OR bit_count(other.phash # mine.phash) <= %s
)
WHERE mine.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Twin:
    """An open case whose picture looks the same as another's; `is_same`: to the byte."""

    case_id: UUID
    is_same: bool


def twins_of(cases: Sequence[Case], among: CaseQuerySet) -> dict[UUID, list[Twin]]:
    """Return for each of these cases the others among some whose pictures look the same.

    In one statement, however many there are; a case that is not `among` them has none.
    """
    keys = [one.pk for one in cases if one.image_id and one.state != Case.State.CLOSED]
    if not keys:
        return {}
    shown = among.filter(image__file__isnull=False).order_by()
    columns = shown.values_list("pk", "image__file__sha256", "image__file__appearance__phash")
    sql, values = columns.query.sql_with_params()
    found: dict[UUID, list[Twin]] = {}
    with connection.cursor() as cursor:
        cursor.execute(PAIRS.format(waiting=sql), [*values, SAME, keys])
        for mine, other, is_same in cursor.fetchall():
            found.setdefault(mine, []).append(Twin(other, is_same))
    return found

"""What a library can be filtered by, each value with the number of its pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import MOST_VALUES, Filters
from imagestudio.library.listing.matches import count_matches
from imagestudio.library.listing.wanted import PLACES, SHELVES, TALLIES, Wanted, sizes_of

OFFERED = 30  # values of a facet
LISTED = OFFERED + MOST_VALUES  # with those that are chosen

# Field of `Filters` → its name in an address, and the column of an image and of a shelf
COLUMNS = {
    "models": ("model", "model"),
    "qualities": ("quality", "quality"),
    "sizes": ("size", "size"),
    "formats": ("format", "format"),
    "origins": ("origin", "origin"),
    "members": ("member", "created_by_id"),
    "visibilities": ("visibility", "visibility"),
}
# Field of `Filters` → its name in an address and of its tally, and the statement for values and
# labels out of `{counted}`
PUT = {
    "tags": (
        "tag",
        """
        SELECT 'tags', tag.folded, tag.name, sum(counted.pictures) FROM ({counted}) AS counted
        JOIN library_tag AS tag ON tag.id = counted.key AND tag.account_id = %(account)s
        GROUP BY tag.id HAVING sum(counted.pictures) > 0
        ORDER BY tag.id = ANY(%(chosen_tags)s::uuid[]) DESC, 4 DESC, 2 LIMIT {most}
        """,
    ),
    "albums": (
        "album",
        """
        SELECT 'albums', album.id::text, album.name, sum(counted.pictures)
        FROM ({counted}) AS counted JOIN library_album AS album ON album.id = counted.key
            AND album.account_id = %(account)s AND album.removed_at IS NULL
        GROUP BY album.id HAVING sum(counted.pictures) > 0
        ORDER BY album.id = ANY(%(chosen_albums)s::uuid[]) DESC, 4 DESC, 3 LIMIT {most}
        """,
    ),
    "favourite": (
        "favourite",
        """
        SELECT 'favourite', '1', 'Favourites', sum(pictures) FROM ({counted}) AS counted
        WHERE key = %(user)s HAVING sum(pictures) > 0
        """,
    ),
}
TALLIED = f"SELECT key, pictures FROM ({TALLIES}) AS tallies WHERE kind ="
SHELVES_WANTED = f"SELECT * FROM ({SHELVES}) AS shelves WHERE {{condition}}"
# Looked up one by one, as the matches are few.
PLACED = """
SELECT place.key, count(*) AS pictures FROM matches CROSS JOIN LATERAL (
    SELECT {key} AS key FROM {table} WHERE image_id = matches.id OFFSET 0
) AS place GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value to filter by. Not exact: there are at least so many pictures."""

    value: str
    label: str
    count: int
    is_exact: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """What can be filtered by, under its name in an address, the most frequent value first."""

    name: str
    values: list[Value]


@dataclass(frozen=True, slots=True)
class Facets:
    """All facets of a list, and how many pictures match it in all."""

    facets: list[Facet]
    total: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """Rows of field, value, label and number, and whose are exact; of all matches field ''."""

    rows: list[tuple[Any, ...]]
    exact: set[str]

    @property
    def total(self) -> int:
        """Return how many pictures match."""
        return sum(int(number or 0) for field, *_, number in self.rows if not field)


def facets(account: Account, user: User, filters: Filters) -> Facets:
    """Return what the pictures that match can be filtered by.

    The numbers of a facet are those under all filters but its own, so that they say what choosing
    a value brings. What is filtered by columns is counted exactly, and so is the total of a single
    album or tag, or of the favourites. All else is counted from matches: exactly where they are no
    more than 3,000, and of what is common from the newest, which may be fewer.
    """
    wanted = Wanted.of(account, user, filters)
    fields = [*COLUMNS, *PUT]
    on = [field for field in fields if getattr(wanted.filters, field)]
    picked = {f"chosen_{field}": wanted.values[field] for field in PUT}
    numbers = count(wanted, [field for field in fields if field not in on], picked)
    alone = {field: count(wanted.without(field), [field], picked) for field in on}
    tally = tally_of(wanted)
    return Facets(
        [facet(field, wanted, alone.get(field, numbers)) for field in fields],
        numbers.total if tally is None else tally,
        "" in numbers.exact or tally is not None,
    )


def count(wanted: Wanted, fields: Sequence[str], picked: Mapping[str, Any]) -> Numbers:
    """Return the numbers of some fields: as they are kept, or else from matches."""
    columns, put = ([one for one in fields if one in some] for some in (COLUMNS, PUT))
    is_shelved = not (wanted.places or wanted.words() or wanted.span())
    is_tallied = wanted.filters.is_empty
    kept, matched = [], []
    if is_shelved:
        kept.append(by_columns(columns, SHELVES_WANTED.format(condition=condition(wanted))))
    else:
        matched.append(by_columns(columns, "SELECT *, 1 AS pictures FROM matches"))
    for field in put:
        (kind, statement), place = PUT[field], PLACES[field]
        if is_tallied:
            kept.append(statement.format(counted=f"{TALLIED} '{kind}'", most=LISTED))
        else:
            counted = PLACED.format(key=place.key, table=place.table)
            matched.append(statement.format(counted=counted, most=LISTED))
    exact = {*(["", *columns] if is_shelved else []), *(put if is_tallied else [])}
    found = rows(union(kept), {**wanted.values, **picked}) if kept else []
    if matched:
        matches = count_matches(wanted, union(matched), picked)
        found += matches.rows
        exact |= {"", *fields} if matches.is_all else set()
    return Numbers(found, exact)


def by_columns(fields: Sequence[str], source: str) -> str:
    """Return the statement for the numbers of a source's columns, and for that of all of it."""
    columns = [COLUMNS[field][1] for field in fields]
    whens = [f"WHEN {COLUMNS[field][1]} IS NOT NULL THEN '{field}'" for field in fields]
    sets = ", ".join(f"({column})" for column in ("", *columns))
    name = f"CASE {' '.join(whens)} ELSE '' END" if whens else "''"
    value = f"coalesce({', '.join(f'{column}::text' for column in (*columns, 'NULL'))})"
    return f"""SELECT {name}, {value}, NULL, sum(pictures) FROM ({source}) AS pictures
        GROUP BY GROUPING SETS ({sets})"""


def union(statements: Sequence[str]) -> str:
    """Return the statement for the rows of all of these."""
    return " UNION ALL ".join(f"({one})" for one in statements)


def condition(wanted: Wanted) -> str:
    """Return the condition on a shelf's columns."""
    return " AND ".join(wanted.columns("shelves")) or "true"


def facet(field: str, wanted: Wanted, numbers: Numbers) -> Facet:
    """Return the facet of a field, from numbers under all filters but this one."""
    name, _ = {**COLUMNS, **PUT}[field]
    found = [row for row in numbers.rows if row[0] == field]
    counted = {value: int(number) for _, value, _, number in found}
    labels = {value: label for _, value, label, _ in found if label is not None}
    if field == "members":
        labels = names_of(counted)
    is_exact = field in numbers.exact
    return Facet(name, values_of(counted, chosen(wanted, field), labels, is_exact=is_exact))


def tally_of(wanted: Wanted) -> int | None:
    """Return how many pictures an album, a tag or a person's favourites have, if that is wanted.

    None when anything else is.
    """
    for field, place in PLACES.items():
        keys = wanted.values[place.value]
        if len(keys) == 1 and wanted.filters.is_only(field):
            return sizes_of(wanted).get(place.kind, 0)
    return None


def chosen(wanted: Wanted, field: str) -> list[str]:
    """Return the values of a field that are filtered by, as an address has them."""
    values = getattr(wanted.filters, field)
    if isinstance(values, bool):
        return ["1"] if values else []
    return [str(value) for value in values]


def values_of(
    counted: dict[str, int], wanted: list[str], labels: dict[str, str], *, is_exact: bool
) -> list[Value]:
    """Return the values of a facet: the most frequent ones, and those that are chosen.

    A model may be chosen by the last part of its name.
    """
    full = {one.rpartition("/")[2]: one for one in counted}
    wanted = [one if one in counted else full.get(one, one) for one in wanted]
    order = sorted(counted, key=lambda value: (-counted[value], value))
    offered = [one for one in order if one and counted[one] > 0][:OFFERED]
    offered += [one for one in wanted if one not in offered]
    return [
        Value(one, labels.get(one, one), counted.get(one, 0), is_exact, one in wanted)
        for one in offered
    ]


def names_of(counted: dict[str, int]) -> dict[str, str]:
    """Return how members are called, by key."""
    keys = [UUID(key) for key in counted]
    return {str(one.pk): one.name or one.email for one in User.objects.filter(pk__in=keys)}


def rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())

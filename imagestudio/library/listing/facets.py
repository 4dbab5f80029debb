"""What a library can be filtered by, each value with the number of its pictures."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import connection

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import Filters
from imagestudio.library.listing.matches import MOST, is_cut, matches
from imagestudio.library.listing.wanted import PLACES, SHELVES, Wanted

SAMPLE = 1_000  # matches of which it is looked up where they were put
OFFERED = 30  # values of a facet

# Field of `Filters` → its name in an address, and the column of a shelf
COLUMNS = {
    "models": ("model", "model"),
    "qualities": ("quality", "quality"),
    "sizes": ("size", "size"),
    "formats": ("format", "format"),
    "origins": ("origin", "origin"),
    "members": ("member", "created_by_id"),
    "visibilities": ("visibility", "visibility"),
}
# Field of `Filters` → its name in an address, and the statement for values, labels and numbers
PUT = {
    "tags": (
        "tag",
        """
        SELECT tag.folded, tag.name, sum(counted.pictures) FROM ({counted}) AS counted
        JOIN library_tag AS tag ON tag.id = counted.key AND tag.account_id = %(account)s
        GROUP BY tag.id HAVING sum(counted.pictures) > 0
        ORDER BY tag.folded = ANY(%(picked)s::text[]) DESC, 3 DESC, 1 LIMIT {offered}
        """,
    ),
    "albums": (
        "album",
        """
        SELECT album.id, album.name, sum(counted.pictures) FROM ({counted}) AS counted
        JOIN library_album AS album ON album.id = counted.key
            AND album.account_id = %(account)s AND album.removed_at IS NULL
        GROUP BY album.id HAVING sum(counted.pictures) > 0
        ORDER BY album.id::text = ANY(%(picked)s::text[]) DESC, 3 DESC, 2 LIMIT {offered}
        """,
    ),
    "favourite": (
        "favourite",
        """
        SELECT '1', 'Favourites', sum(pictures) FROM ({counted}) AS counted
        WHERE key = %(user)s HAVING sum(pictures) > 0
        """,
    ),
}
# The shelves of `matches`, as `SHELVES` are those of all.
SHELVES_OF_MATCHES = f"""
SELECT alike.*, counted.pictures FROM (
    SELECT shelf, count(*) AS pictures FROM matches GROUP BY shelf
) AS counted
JOIN (
    SELECT DISTINCT shelf, model, quality, size, format, origin, created_by_id, visibility
    FROM ({SHELVES}) AS shelves
) AS alike USING (shelf)
"""
TALLIES = """
SELECT key, pictures FROM library_tally WHERE account_id = %(account)s AND kind = '{kind}'
UNION ALL
SELECT key, pictures FROM library_tallychange WHERE account_id = %(account)s AND kind = '{kind}'
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


def facets(account: Account, user: User, filters: Filters) -> Facets:
    """Return what the pictures that match can be filtered by.

    The numbers of a facet are those under all filters but its own, so that they say what choosing
    a value brings. They are exact for what is filtered by columns; with words, days, albums, tags
    or favourites as long as 3,000 pictures or fewer are to be looked at, for tags and albums
    1,000. The total of a single album or tag, or of the favourites, is always exact.
    """
    wanted = Wanted.of(account, user, filters)
    found = facets_of_columns(wanted)
    tally = tally_of(wanted)
    if tally is not None:
        found = replace(found, total=tally, is_exact=True)
    put = [facet_of_place(field, wanted) for field in PUT]
    return replace(found, facets=[*found.facets, *put])


def facets_of_columns(wanted: Wanted) -> Facets:
    """Return the facets that are columns of a shelf, and the number of all matches."""
    bare = wanted.without(*COLUMNS)
    is_counted = not (bare.places or bare.words() or bare.span())
    parts = [f"SELECT '', '', sum(pictures) FROM shelves WHERE {condition(wanted)}"]
    for field, (name, column) in COLUMNS.items():
        parts.append(
            f"SELECT '{name}', {column}::text, sum(pictures) FROM shelves"
            f" WHERE {condition(wanted.without(field))} GROUP BY 2"
        )
    counting = ""
    if not is_counted:
        counting = f"matches AS MATERIALIZED ({matches(bare)}),"
        parts.append(f"SELECT 'cut', '', 1 WHERE {is_cut(bare)}")
    statement = f"""
        WITH {counting} shelves AS MATERIALIZED (
            SELECT model, quality, size, format, origin, created_by_id, visibility,
                sum(pictures) AS pictures
            FROM ({SHELVES if is_counted else SHELVES_OF_MATCHES}) AS counted
            GROUP BY 1, 2, 3, 4, 5, 6, 7
        ) {" UNION ALL ".join(parts)}"""
    counted: dict[str, dict[str, int]] = {name: {} for name in ("", "cut", *dict(COLUMNS.values()))}
    for name, value, pictures in rows(statement, {**wanted.values, "most": MOST + 1}):
        counted[name][value] = int(pictures or 0)
    total = sum(counted[""].values())
    is_exact = not counted["cut"]
    labels = names_of(counted["member"])
    found = [
        Facet(name, values_of(counted[name], chosen(wanted, field), labels, is_exact=is_exact))
        for field, (name, _) in COLUMNS.items()
    ]
    return Facets(found, total, is_exact)


def tally_of(wanted: Wanted) -> int | None:
    """Return how many pictures an album, a tag or a person's favourites have, if that is wanted.

    None when anything else is.
    """
    for field, place in PLACES.items():
        keys = wanted.values[place.value]
        if len(keys) == 1 and wanted.filters.is_only(field):
            kind, _ = PUT[field]
            statement = f"SELECT sum(pictures) FROM ({TALLIES.format(kind=kind)}) AS counted"
            found = rows(f"{statement} WHERE key = %(key)s", {**wanted.values, "key": keys[0]})
            return int(found[0][0] or 0)
    return None


def condition(wanted: Wanted) -> str:
    """Return the condition on a shelf's columns."""
    return " AND ".join(wanted.columns("shelves")) or "true"


def facet_of_place(field: str, wanted: Wanted) -> Facet:
    """Return the facet of tags, albums or favourites."""
    (name, statement), place = PUT[field], PLACES[field]
    others, picked = wanted.without(field), chosen(wanted, field)
    sample, counted, cut = "", TALLIES.format(kind=name), "false"
    if not others.filters.is_empty:
        sample = f"WITH matches AS MATERIALIZED ({matches(others)})"
        counted = f"""
            SELECT place.{place.key} AS key, count(*) AS pictures FROM matches
            JOIN {place.table} AS place ON place.image_id = matches.id GROUP BY 1"""
        cut = is_cut(others)
    asked = statement.format(counted=counted, offered=OFFERED + len(picked))
    found = rows(
        f"{sample} ({asked}) UNION ALL SELECT NULL, NULL, NULL WHERE {cut}",
        {**others.values, "most": SAMPLE + 1, "picked": picked},
    )
    counts = {str(key): int(count) for key, _, count in found if key is not None}
    labels = {str(key): label for key, label, _ in found}
    is_exact = all(key is not None for key, *_ in found)
    return Facet(name, values_of(counts, picked, labels, is_exact=is_exact))


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

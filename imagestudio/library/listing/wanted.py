"""Filters as conditions of SQL. Values are always parameters, never part of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from imagestudio.accounts.models import Account, User
from imagestudio.library.filters import Filters
from imagestudio.library.listing.names import resolved
from imagestudio.library.models import Album, Tag
from imagestudio.library.search import query_of

# Field of `Filters` → condition on a row of images or of shelves
COLUMNS = {
    "models": ("({0}.model = ANY(%(models)s) OR split_part({0}.model, '/', -1) = ANY(%(models)s))"),
    "qualities": "{0}.quality = ANY(%(qualities)s)",
    "sizes": "{0}.size = ANY(%(sizes)s)",
    "formats": "{0}.format = ANY(%(formats)s)",
    "origins": "{0}.origin = ANY(%(origins)s)",
    "visibilities": "{0}.visibility = ANY(%(visibilities)s)",
    "members": "{0}.created_by_id = ANY(%(members)s::uuid[])",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where pictures are put: a table of them in the order of the library, and which of its rows.

    `key` is the column that says where, `value` the parameter with the keys that are wanted.
    """

    table: str
    key: str
    value: str
    kind: str  # of `Tally`

    @property
    def is_wanted(self) -> str:
        """Return the condition on a row of the table. Plans depend on the keys in it."""
        return f"{self.key} = ANY(%({self.value})s::uuid[])"


# Field of `Filters` → the place
PLACES = {
    "albums": Place("library_albumitem", "album_id", "albums", "album"),
    "favourite": Place("library_favourite", "user_id", "favourite", "favourite"),
    "tags": Place("library_imagetag", "tag_id", "tags", "tag"),
}
# All shelves of an account with their pictures: those that are added up, and what came since.
SHELVES = """
SELECT id AS shelf, model, quality, size, format, origin, created_by_id, visibility, pictures
FROM library_shelf WHERE account_id = %(account)s
UNION ALL
SELECT shelf, model, quality, size, format, origin, created_by_id, visibility, pictures
FROM library_shelfchange WHERE account_id = %(account)s
"""


# Each shelf's months: those that are added up, and what came since.
MONTHS = """
SELECT month, shelf, pictures FROM library_shelfmonth WHERE account_id = %(account)s
UNION ALL
SELECT month, shelf, pictures FROM library_shelfchange WHERE account_id = %(account)s
"""


# Pictures in an album, with a tag, liked by a person: those added up, and what came since.
TALLIES = """
SELECT kind, key, pictures FROM library_tally WHERE account_id = %(account)s
UNION ALL
SELECT kind, key, pictures FROM library_tallychange WHERE account_id = %(account)s
"""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a page begins: behind the picture of this time and key."""

    at: datetime
    key: UUID


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pictures of an account that some filters want, as parts of a statement."""

    account: Account
    user: User
    filters: Filters
    values: dict[str, Any]
    sizes: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, account: Account, user: User, filters: Filters) -> Wanted:
        """Return what these filters want. Names of members and albums become ids."""
        filters = resolved(filters, account=account, user=user)
        since, until = filters.since, filters.until
        query = query_of(account.pk, filters.words, filters.colours)
        wanted = cls(
            account,
            user,
            filters,
            {
                "account": account.pk,
                "user": user.pk,
                "words": query.words,
                "without": query.without,
                "since": since and datetime.combine(since, time(), UTC),
                "until": until and datetime.combine(until, time(), UTC) + timedelta(days=1),
                **{name: list(getattr(filters, name)) for name in COLUMNS},
                "albums": keys_of_albums(account, filters.albums),
                "tags": keys_of_tags(account, filters.tags),
                "favourite": [user.pk],
            },
        )
        return replace(wanted, sizes=sizes_of(wanted)) if len(wanted.places) > 1 else wanted

    def without(self, *fields: str) -> Wanted:
        """Return what the same filters want without some of their fields."""
        nothing: dict[str, Any] = {field: getattr(Filters(), field) for field in fields}
        return replace(self, filters=replace(self.filters, **nothing))

    def within(self, oldest: datetime, newest: datetime) -> Wanted:
        """Return what is wanted of the pictures between two times, both included."""
        span = {"since": oldest, "until": newest + timedelta(microseconds=1)}
        return replace(self, values=self.values | span)

    @property
    def has_words(self) -> bool:
        """Say whether words have to occur: there is an index of what has a word."""
        return bool(self.values["words"])

    @property
    def places(self) -> list[Place]:
        """Return the places in which a picture has to be, the one with fewest pictures first."""
        names = sorted(PLACES, key=lambda name: self.sizes.get(PLACES[name].kind, 0))
        return [PLACES[name] for name in names if getattr(self.filters, name)]

    def columns(self, row: str) -> list[str]:
        """Return the conditions on the columns of a row of images or of shelves."""
        return [
            condition.format(row)
            for name, condition in COLUMNS.items()
            if getattr(self.filters, name)
        ]

    def span(self, at: str = "added_at") -> list[str]:
        """Return the conditions on the time at which a picture entered the library."""
        conditions = []
        if self.values["since"]:
            conditions.append(f"{at} >= %(since)s")
        if self.values["until"]:
            conditions.append(f"{at} < %(until)s")
        return conditions

    def words(self) -> list[str]:
        """Return the conditions on the words of `image`: on those that it has, and has not."""
        conditions = []
        if self.has_words:
            conditions.append("image.search @@ %(words)s::tsquery")
        if self.values["without"]:
            conditions.append("NOT image.search @@ %(without)s::tsquery")
        return conditions

    def shelves(self) -> str:
        """Return a statement for the shelves that are wanted."""
        where = " AND ".join(self.columns("shelves")) or "true"
        return f"SELECT shelf FROM ({SHELVES}) AS shelves WHERE {where}"


def placed(place: Place) -> str:
    """Return the condition that `image` is in a place, which is looked up for each image."""
    return (
        f"EXISTS (SELECT FROM {place.table} AS place"
        f" WHERE place.image_id = image.id AND place.{place.is_wanted} OFFSET 0)"
    )


def sizes_of(wanted: Wanted) -> dict[str, int]:
    """Return how many pictures the albums, tags or favourites have that are wanted, by kind."""
    keys = [key for place in wanted.places for key in wanted.values[place.value]]
    statement = f"""SELECT kind, sum(pictures)::bigint FROM ({TALLIES}) AS counted
        WHERE key = ANY(%(keys)s::uuid[]) GROUP BY kind"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {**wanted.values, "keys": keys})
        return dict(cursor.fetchall())


def keys_of_albums(account: Account, albums: Sequence[UUID]) -> list[UUID]:
    """Return those of these albums that the account has."""
    if not albums:
        return []
    return list(Album.objects.owned_by(account).filter(pk__in=albums).values_list("pk", flat=True))


def keys_of_tags(account: Account, names: Sequence[str]) -> list[UUID]:
    """Return the account's tags of these folded names."""
    if not names:
        return []
    tags = Tag.objects.filter(account=account, folded__in=names)
    return list(tags.values_list("pk", flat=True))

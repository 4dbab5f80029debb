"""The statements that find pages: walks along an index, and retrievals of all that matches.

A walk goes along the library, or along what leads there (an album, the favourites, a tag), for at
most so many pictures. A retrieval takes all that matches, by an index and in no order, and sorts
it. PostgreSQL never has the choice of walking through a million pictures in the hope of a match.
Only what is left when words are excluded, which no index tells, is looked for on a walk without an
end. `ways` says which comes after which.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from imagestudio.library.listing.wanted import Place, Start, Wanted, placed

WALK = 4_000  # pictures that are looked at one by one
GLANCES = 10_000  # entries of an index that tells all that is asked
FAR_GLANCES = 40_000  # the same, before pictures are looked at
RARE = 5  # pictures, of the next 1,000, with some words: of more not all is retrieved at once
COMMON = 10_000  # pictures of words or shelves from which on an album is looked through instead


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way a list is read."""

    is_down: bool  # from the newest to the oldest

    @property
    def order(self) -> str:
        """Return the order of a statement."""
        way = "DESC" if self.is_down else "ASC"
        return f"ORDER BY added_at {way}, id {way}"

    def behind(self, key: str) -> str:
        """Return the condition that a row comes behind the start; `key` is its image's column."""
        return f"(added_at, {key}) {'<' if self.is_down else '>'} (%(at)s, %(key)s)"


@dataclass(frozen=True, slots=True)
class Reading:
    """The statements for one page; each returns keys of images in order, `%(limit)s` at most."""

    wanted: Wanted
    direction: Direction
    start: Start | None

    def keys(self, statement: str, limit: int) -> list[UUID]:
        """Return what one of these statements finds."""
        with connection.cursor() as cursor:
            cursor.execute(statement, self.values(limit))
            return [key for (key,) in cursor.fetchall()]

    def values(self, limit: int) -> dict[str, Any]:
        """Return the parameters of these statements."""
        start = {"at": self.start.at, "key": self.start.key} if self.start else {}
        return {**self.wanted.values, **start, "limit": limit}

    def walk(self, *, part: int = 1) -> str:
        """Return the statement that looks at the next pictures only, or at a part of those.

        It ends with a NULL when it has found less than the limit, though there are more pictures.
        """
        wanted = self.wanted
        if wanted.places:
            return self.walk_places(part)
        if wanted.words() and wanted.columns(""):
            return self.walk_shelves_for_words(part)
        if wanted.words():
            return bounded(self.library("*"), "image", wanted.words(), WALK)
        if wanted.columns(""):
            stream = self.library("id, added_at, shelf")
            return bounded(stream, "image", self.of_shelves("image"), GLANCES)
        return f"SELECT id FROM ({self.library('id, added_at')} LIMIT %(limit)s) AS image"

    def walk_shelves_for_words(self, part: int) -> str:
        """Return the walk along pictures of some shelves, which are told by the index alone."""
        index, far, most = self.library("id, added_at, shelf"), FAR_GLANCES // part, WALK // part
        shelves = f"""SELECT id, added_at FROM ({index} LIMIT {far}) AS image
            WHERE {self.of_shelves("image")[0]}"""
        return f"""
            (SELECT id FROM ({shelves} LIMIT {most}) AS walked
             WHERE {self.seen("walked", [])} LIMIT %(limit)s)
            UNION ALL
            (SELECT NULL FROM ({index} OFFSET {far} LIMIT 1) AS beyond)
            UNION ALL
            (SELECT NULL FROM ({shelves} OFFSET {most} LIMIT 1) AS beyond)
            LIMIT %(limit)s"""

    def walk_places(self, part: int) -> str:
        """Return the walk along an album, a tag or the favourites."""
        leading, *others = self.wanted.places
        conditions = [*self.of_shelves("walked"), self.seen("walked", others)]
        most = (WALK if others or self.wanted.words() else GLANCES) // part
        return bounded(self.stream(leading, str(most + 1)), "walked", conditions, most)

    def of_shelves(self, row: str) -> list[str]:
        """Return the condition that a row is of a shelf that is wanted.

        IS TRUE keeps it a look into a table of shelves, beside an index that has the rest.
        """
        wanted = self.wanted
        return [f"({row}.shelf IN ({wanted.shelves()})) IS TRUE"] if wanted.columns("") else []

    def seen(self, row: str, others: list[Place]) -> str:
        """Return the condition that the image of a row is shown, has the words, is in places."""
        conditions = [f"image.id = {row}.id", "image.is_listed", *self.wanted.words()]
        conditions += [placed(one) for one in others]
        return f"""EXISTS (SELECT FROM library_image AS image
            WHERE {" AND ".join(conditions)} OFFSET 0)"""

    def stream(self, place: Place, most: str) -> str:
        """Return the statement for the pictures of a place in order; of each album or tag `most`.

        A picture that has several of the tags comes once.
        """
        order = self.direction.order
        conditions = [f"{place.key} = wanted", *self.bounds(key="image_id")]
        if place.table == "library_favourite":  # its index begins with the account
            conditions.append("account_id = %(account)s")
        return f"""
            SELECT DISTINCT added_at, id, shelf
            FROM unnest(%({place.value})s::uuid[]) AS places (wanted)
            CROSS JOIN LATERAL (
                SELECT added_at, image_id AS id, shelf FROM {place.table}
                WHERE {" AND ".join(conditions)}
                {order.replace(", id", ", image_id")} LIMIT {most}
            ) AS stream {order}"""

    def rare_words(self, *, is_sorted: bool) -> str:
        """Return the statement that retrieves what matches, if the words seem to be rare.

        That is, if the next pictures of the library hardly have them. Else it ends with a NULL.
        """
        return f"""
            WITH next AS MATERIALIZED (
                SELECT count(*) AS number FROM ({self.library("*")} LIMIT {WALK // 4}) AS image
                WHERE {" AND ".join(self.wanted.words())}
            )
            SELECT id FROM ({self.everything(is_sorted=is_sorted)}) AS found
            WHERE (SELECT number FROM next) <= {RARE}
            UNION ALL SELECT NULL WHERE (SELECT number FROM next) > {RARE}"""

    def ends_of_shelves(self) -> tuple[datetime, datetime] | None:
        """Return when the oldest and the newest picture of the wanted shelves were added.

        Of those behind the start. None: there are none.
        """
        conditions = ["image.shelf = wanted.shelf", "image.is_listed", *self.bounds()]
        oldest, newest = (
            f"""CROSS JOIN LATERAL (
                SELECT added_at FROM library_image AS image WHERE {" AND ".join(conditions)}
                {Direction(is_down).order} LIMIT 1
            ) AS {name}"""
            for name, is_down in (("oldest", False), ("newest", True))
        )
        statement = f"""
            SELECT min(oldest.added_at), max(newest.added_at)
            FROM (SELECT DISTINCT shelf FROM ({self.wanted.shelves()}) AS s) AS wanted
            {oldest} {newest}"""
        with connection.cursor() as cursor:
            cursor.execute(statement, self.values(1))
            ends = cursor.fetchone()
        return ends if ends[0] else None

    def everything(self, *, is_sorted: bool = True) -> str:
        """Return the statement that retrieves all that matches and sorts it, if that is asked."""
        wanted, order = self.wanted, self.direction.order if is_sorted else ""
        if wanted.places and (wanted.has_words or wanted.columns("")):
            return self.few_in_places(self.with_words() if wanted.has_words else self.on_shelves())
        if wanted.has_words:
            return f"""
                WITH found AS MATERIALIZED ({self.with_words()})
                SELECT id FROM found {order} LIMIT %(limit)s"""
        if wanted.places:
            return f"""
                WITH found AS MATERIALIZED ({self.in_places()} {order})
                SELECT id FROM found WHERE {self.seen("found", [])} LIMIT %(limit)s"""
        return self.shelves() if wanted.columns("") else self.without_words()

    def few_in_places(self, found: str) -> str:
        """Return the statement for what is found by words or shelves in an album, tag, favourites.

        Few pictures are retrieved, and each is looked up in the places; where that is common the
        places are looked through.
        """
        order, places = self.direction.order, self.wanted.places
        return f"""
            WITH found AS MATERIALIZED ({found}),
            few AS MATERIALIZED (SELECT * FROM found LIMIT {COMMON + 1}),
            there AS MATERIALIZED ({self.in_places()} {order})
            SELECT id FROM (
                SELECT id, added_at FROM few AS image
                WHERE (SELECT count(*) FROM few) <= {COMMON}
                AND {" AND ".join(map(placed, places))}
                UNION ALL
                (SELECT id, added_at FROM there
                 WHERE (SELECT count(*) FROM few) > {COMMON} AND {self.seen("there", [])}
                 LIMIT %(limit)s)
            ) AS image {order} LIMIT %(limit)s"""

    def with_words(self) -> str:
        """Return the statement for all pictures with the words; it is planned without a limit."""
        wanted = self.wanted
        conditions = [*self.listed(), *self.bounds(), *wanted.columns("image"), *wanted.words()]
        return f"""SELECT id, added_at FROM library_image AS image
            WHERE {" AND ".join(conditions)}"""

    def on_shelves(self) -> str:
        """Return the statement for all pictures of the wanted shelves, told by one index alone."""
        conditions = ["shelf = wanted.shelf", "is_listed", *self.bounds(), *self.wanted.words()]
        return f"""SELECT image.id, image.added_at
            FROM (SELECT DISTINCT shelf FROM ({self.wanted.shelves()}) AS s) AS wanted
            CROSS JOIN LATERAL (
                SELECT id, added_at FROM library_image AS image
                WHERE {" AND ".join(conditions)} OFFSET 0
            ) AS image"""

    def in_places(self) -> str:
        """Return the statement for what is put into all the places, told by their indexes alone."""
        leading, *others = self.wanted.places
        owner = ["account_id = %(account)s"] if leading.table == "library_favourite" else []
        conditions = [*owner, leading.is_wanted, *self.bounds("image_id")]
        conditions += self.of_shelves("place")
        conditions += [
            f"image_id IN (SELECT image_id FROM {one.table} WHERE {one.is_wanted})"
            for one in others
        ]
        # A picture may have several of the tags.
        distinct = "DISTINCT" if len(self.wanted.values[leading.value]) > 1 else ""
        return f"""SELECT {distinct} added_at, image_id AS id FROM {leading.table} AS place
            WHERE {" AND ".join(conditions)}"""

    def shelves(self) -> str:
        """Return the statement that merges the shelves that are wanted, each in its order.

        The shelf with the n-th newest head can give at most the n-th picture and what follows.
        """
        way = self.direction.order
        conditions = ["shelf = wanted.shelf", "is_listed", *self.bounds(), *self.wanted.words()]
        head = f"""SELECT added_at, id FROM library_image AS image
            WHERE {" AND ".join(conditions)} {way}"""
        return f"""
            WITH wanted AS MATERIALIZED (SELECT DISTINCT shelf FROM ({self.wanted.shelves()}) AS s),
            heads AS MATERIALIZED (
                SELECT shelf, row_number() OVER ({way}) AS place
                FROM wanted CROSS JOIN LATERAL ({head} LIMIT 1) AS head {way} LIMIT %(limit)s
            )
            SELECT id FROM heads AS wanted
            CROSS JOIN LATERAL ({head} LIMIT %(limit)s + 1 - wanted.place) AS image
            {way} LIMIT %(limit)s"""

    def without_words(self) -> str:
        """Return the statement that goes along the library past all that has some words.

        No index tells what a word does not occur in; but where that is rare, next to everything
        would have to be sorted, and so it is looked for in order, however far that is.
        """
        conditions = [*self.listed(), *self.bounds(), *self.wanted.words()]
        return f"""SELECT id FROM library_image AS image
            WHERE {" AND ".join(conditions)} {self.direction.order} LIMIT %(limit)s"""

    def library(self, columns: str) -> str:
        """Return the statement for all pictures of the library in order."""
        return f"""SELECT {columns} FROM library_image
            WHERE {" AND ".join([*self.listed(), *self.bounds()])} {self.direction.order}"""

    def listed(self) -> list[str]:
        """Return the conditions that the library shows a picture."""
        return ["account_id = %(account)s", "is_listed"]

    def bounds(self, key: str = "id") -> list[str]:
        """Return the conditions on a picture's place in the list."""
        behind = [self.direction.behind(key)] if self.start else []
        return [*behind, *self.wanted.span()]


def bounded(stream: str, name: str, conditions: list[str], most: int) -> str:
    """Return a walk along the first `most` rows of a stream, of which some fulfil conditions.

    Where these are fewer than the limit, and the stream goes on, a NULL ends the answer.
    """
    return f"""
        (SELECT id FROM ({stream} LIMIT {most}) AS {name}
         WHERE {" AND ".join(conditions)} LIMIT %(limit)s)
        UNION ALL
        (SELECT NULL FROM ({stream} OFFSET {most} LIMIT 1) AS beyond)
        LIMIT %(limit)s"""

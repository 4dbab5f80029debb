"""The public gallery: a projection of public pictures that holds nothing else of their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import (
    BooleanField,
    DateTimeField,
    Expression,
    F,
    Func,
    IntegerField,
    UUIDField,
    Value,
)
from django.urls import reverse

from imagestudio.accounts.models import User
from imagestudio.http.cursor import BadCursor, check_limit, decode, encode
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.library.models import Image, Love, Publication, PublicationQuerySet
from imagestudio.library.models.images import occurring
from imagestudio.library.search import query_of
from imagestudio.library.shared import Shown
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS, PUBLIC_MARK

PAGE = 40  # pictures
MOST_LOVES = 2**31 - 1
LONGEST_SEARCH = 200  # characters


class Sort(StrEnum):
    """The orders of the gallery."""

    NEWEST = "newest"
    LOVED = "loved"


# By which columns each order goes, all of them falling: each has an index of its own.
KEYS: Mapping[Sort, Sequence[str]] = {
    Sort.NEWEST: ("published_at", "image_id"),
    Sort.LOVED: ("loves", "published_at", "image_id"),
}
TYPES = {"loves": IntegerField, "published_at": DateTimeField, "image_id": UUIDField}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the public pictures somebody looks at, and in which order."""

    words: str = ""
    sort: Sort = Sort.NEWEST

    @property
    def query(self) -> str:
        """Return what an address says of it, nothing for the gallery as it opens."""
        sort = "" if self.sort is Sort.NEWEST else self.sort
        return urlencode(
            {name: value for name, value in (("q", self.words), ("sort", sort)) if value}
        )


class State(StrEnum):
    """How a picture of an account stands with everybody else."""

    PRIVATE = "private"
    WAITING = "waiting"  # until somebody has looked at it
    PUBLIC = "public"
    REJECTED = "rejected"
    KEPT_BACK = "kept_back"  # by a decision about it, its maker or its account; or it is trashed


@dataclass(frozen=True, slots=True)
class Published:
    """How a picture stands, and what was last published of it (None: nothing ever)."""

    state: State
    publication: Publication | None


@dataclass(frozen=True, slots=True)
class Exhibit(Shown):
    """A public picture as everybody sees it: its words are those that were published with it.

    How it was made is told where its prompt is.
    """

    title: str
    prompt: str
    name: str
    published_at: datetime
    loves: int
    model: str
    quality: str
    size: str

    @property
    def alternative_text(self) -> str:
        """Return what a person who cannot see the picture is told."""
        return self.words or "Untitled picture"

    @property
    def address(self) -> str:
        """Return where the picture has a page of its own."""
        return f"{self.root}{self.id}/"


@dataclass(frozen=True, slots=True)
class Gallery:
    """Some public pictures, and the cursor of those behind them (None: those were all)."""

    pictures: list[Exhibit]
    next_cursor: str | None


def gallery(wanted: Wanted, *, cursor: str | None = None, limit: int = PAGE) -> Gallery:
    """Return up to `limit` public pictures behind the cursor. Raises BadCursor, Invalid."""
    check_limit(limit)
    rows = among(wanted)
    if cursor:
        rows = rows.filter(Passed(wanted.sort, *place_of(cursor, wanted.sort)))
    found = list(shown_rows(falling(rows, wanted.sort))[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Gallery(
        [exhibit(one) for one in found[:limit]],
        next_cursor=cursor_of(last, wanted.sort) if last else None,
    )


def public_picture(image_id: UUID) -> Publication:
    """Return what is shown of a picture to everybody, with its file. Raises NoSuchPublication."""
    found = shown_rows(Publication.objects.public()).filter(pk=image_id).first()
    if found is None or found.image.file is None:
        raise NoSuchPublication("It is not public, or there never was one.")
    return found


def beside(
    publication: Publication, wanted: Wanted
) -> tuple[Publication | None, Publication | None]:
    """Return the public pictures before and after one, in the order somebody looks at."""
    here = [getattr(publication, name) for name in KEYS[wanted.sort]]
    rows = among(wanted)
    earlier = rows.filter(Passed(wanted.sort, *here, sign=">"))
    later = rows.filter(Passed(wanted.sort, *here))
    return (
        shown_rows(falling(earlier, wanted.sort).reverse()).first(),
        shown_rows(falling(later, wanted.sort)).first(),
    )


def loves(user: User, publication: Publication) -> bool:
    """Say whether a person loves a public picture."""
    return Love.objects.filter(publication=publication, user=user).exists()


def published(image: Image) -> Published:
    """Return how a picture stands with everybody else; for those who may see it anyway."""
    found = Publication.objects.filter(pk=image.pk).defer("search").first()
    return Published(state_of(image, found), found)


def state_of(image: Image, publication: Publication | None) -> State:
    """Return how a picture stands of which this was published last."""
    if image.moderation in HIDDEN_FROM_OTHERS:
        return State.KEPT_BACK
    if publication is None or image.visibility == Image.Visibility.PRIVATE:
        return State.PRIVATE
    if image.review == Image.Review.REQUESTED:
        return State.WAITING
    if image.review == Image.Review.REJECTED:
        return State.REJECTED
    is_public = Publication.objects.public().filter(pk=image.pk).exists()
    return State.PUBLIC if is_public else State.KEPT_BACK


def exhibit(publication: Publication) -> Exhibit:
    """Return what everybody sees of a publication whose image and file are loaded."""
    image, tells = publication.image, bool(publication.prompt)
    if publication.published_at is None:
        raise ValueError("Only what is public is shown to everybody.")
    return Exhibit(
        id=image.pk,
        width=image.width,
        height=image.height,
        placeholder=image.placeholder,
        has_alpha=bool(image.file and image.file.has_alpha),
        is_covered=image.is_covered,
        words=publication.title or publication.prompt,
        root=reverse("library:explore"),
        allows_download=False,
        title=publication.title,
        prompt=publication.prompt,
        name=publication.name,
        published_at=publication.published_at,
        loves=publication.loves,
        model=image.model if tells else "",
        quality=image.quality if tells else "",
        size=image.size if tells else "",
    )


def among(wanted: Wanted) -> PublicationQuerySet:
    """Return the public pictures in whose shown words occurs what is searched for, and no more."""
    query = query_of(PUBLIC_MARK, wanted.words[:LONGEST_SEARCH])
    found = Publication.objects.public()
    if query.words:
        found = found.filter(occurring(query.words))
    return found.exclude(occurring(query.without)) if query.without else found


def shown_rows(rows: PublicationQuerySet) -> PublicationQuerySet:
    """Return publications with what is shown of them, without what only an index reads."""
    return rows.with_details().defer("search", "image__search")


def falling(rows: PublicationQuerySet, sort: Sort) -> PublicationQuerySet:
    """Return publications in this order."""
    return rows.order_by(*(F(name).desc() for name in KEYS[sort]))


class Passed(Func):
    """The condition that a publication stands behind a place of an order (`>`: before it).

    Rows are compared as a whole, so that the order's index finds the place at any depth.
    """

    function = ""
    output_field = BooleanField()

    def __init__(self, sort: Sort, *place: object, sign: str = "<") -> None:
        """Take the values of the order's columns at that place."""
        row: list[Expression | F] = [F(name) for name in KEYS[sort]]
        there = [
            Value(value, output_field=TYPES[name]())
            for name, value in zip(KEYS[sort], place, strict=True)
        ]
        super().__init__(
            Func(*row, function="ROW", output_field=BooleanField()),
            Func(*there, function="ROW", output_field=BooleanField()),
            arg_joiner=f" {sign} ",
        )


def cursor_of(publication: Publication, sort: Sort) -> str:
    """Return the cursor of a publication in an order."""
    if publication.published_at is None:
        raise ValueError("Only what is public has a place in the gallery.")
    place = encode(publication.published_at, publication.pk, of=list_of(sort))
    return place if sort is Sort.NEWEST else f"{publication.loves}.{place}"


def place_of(cursor: str, sort: Sort) -> tuple[object, ...]:
    """Return the place in an order that a cursor stands for. Raises BadCursor."""
    if sort is Sort.NEWEST:
        return decode(cursor, of=list_of(sort))
    count, _, place = cursor.partition(".")
    if not (count.isascii() and count.isdigit() and len(count) <= 10 and int(count) <= MOST_LOVES):
        raise BadCursor
    return (int(count), *decode(place, of=list_of(sort)))


def list_of(sort: Sort) -> str:
    """Return the name of an order, which its cursors carry."""
    return f"public pictures, {sort}"

"""What may stand in an export, line by line: see `docs/export-format.md`."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from imagestudio.library.archive import BadArchive
from imagestudio.library.models import MAX_POSITION

MOST_PICTURE = 200_000_000  # bytes of one picture
LONGEST_PROMPT = 200_000  # characters
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)  # before which no library was


def _plain(text: str) -> str:
    if "\0" in text:
        raise ValueError("NUL")
    return text


def _in_utc(at: datetime) -> datetime:
    """Return a time as the database can give it back: one before our era it cannot."""
    if at < OLDEST:
        raise ValueError("too long ago")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("too far in the future") from None


Text = Annotated[str, AfterValidator(_plain)]
T = TypeVar("T")


class Line(BaseModel):
    """One object of an export; what later versions add is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Header(Line):
    """`export.json`."""

    format: str
    version: int


class SourceLine(Line):
    """An image that went into another."""

    image: UUID
    position: Annotated[int, Field(ge=1, le=MAX_POSITION)]
    role: Annotated[Text, Field(max_length=20)] = ""


class ImageLine(Line):
    """A line of `images.jsonl`."""

    id: UUID
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    mime: Literal["image/png", "image/jpeg", "image/webp"]
    bytes: Annotated[int, Field(gt=0, le=MOST_PICTURE)]
    origin: Literal["uploaded", "generated"]
    title: Annotated[Text, Field(max_length=200)] = ""
    prompt: Annotated[Text, Field(max_length=LONGEST_PROMPT)] = ""
    model: Annotated[Text, Field(max_length=100)] = ""
    quality: Annotated[Text, Field(max_length=20)] = ""
    size: Annotated[Text, Field(max_length=20)] = ""
    placeholder: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#888888"
    added_at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    tags: Annotated[tuple[Text, ...], Field(max_length=200)] = ()
    sources: Annotated[tuple[SourceLine, ...], Field(max_length=MAX_POSITION)] = ()
    favourite: bool = False

    @property
    def name(self) -> str:
        """Return the name of the file in the export: made here, never taken from it."""
        extension = self.mime.rpartition("/")[2].replace("jpeg", "jpg")
        return f"files/{self.sha256}.{extension}"


class AlbumLine(Line):
    """An album in `albums.jsonl`; the lines behind it are its pictures."""

    type: Literal["album"]
    id: UUID
    name: Text
    parent: UUID | None = None
    cover: UUID | None = None


class ItemLine(Line):
    """A picture of the album before it."""

    type: Literal["item"]
    image: UUID


class Either(BaseModel):
    """Any line of `albums.jsonl`."""

    line: Annotated[AlbumLine | ItemLine, Field(discriminator="type")]


def header_of(data: bytes) -> Header:
    """Return what `export.json` says. Raises BadArchive."""
    try:
        return Header.model_validate_json(data)
    except ValidationError:
        raise BadArchive("Its export.json is not that of an export.") from None


def image_of(line: bytes) -> ImageLine:
    """Return what a line of `images.jsonl` says. Raises BadArchive with what is wrong."""
    try:
        return ImageLine.model_validate_json(line)
    except ValidationError as error:
        raise BadArchive(_words(error)) from None


def album_line_of(line: bytes) -> AlbumLine | ItemLine:
    """Return what a line of `albums.jsonl` says. Raises BadArchive."""
    try:
        return Either.model_validate_json(b'{"line":' + line + b"}").line
    except ValidationError as error:
        raise BadArchive(_words(error)) from None


def _words(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part)[:40] for part in first["loc"])
    return f"{place or 'line'}: {first['msg'][:200]}"


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield items, so many at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some

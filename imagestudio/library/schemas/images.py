"""Images as the API gives and takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.accounts.auth import Caller
from imagestudio.http.body import Body, Text
from imagestudio.http.paging import PageQuery
from imagestudio.library.filters import LONGEST, MOST_VALUES
from imagestudio.library.imaging import SIDES
from imagestudio.library.listing import Facets, marks_of
from imagestudio.library.models import Image

ROOT = "/api/v1/images"


IMAGE_EXAMPLE: dict[str, Any] = {
    "id": "019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d",
    "origin": "generated",
    "title": "",
    "prompt": "A red fox in the snow",
    "model": "openai/gpt-image-2",
    "quality": "high",
    "size": "1024x1536",
    "format": "png",
    "mime": "image/png",
    "bytes": 2_184_331,
    "width": 1024,
    "height": 1536,
    "has_alpha": False,
    "placeholder": "#c8b8a8",
    "added_at": "2026-11-22T15:20:43.018Z",
    "created_by": "019aa1b0-1111-7222-8333-444455556666",
    "visibility": "private",
    "trashed_at": None,
    "urls": {
        "original": f"{ROOT}/019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d/original",
        "download": f"{ROOT}/019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d/original?download=1",
        "renditions": {"256": f"{ROOT}/019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d/renditions/256"},
    },
}


class ImageUrls(Schema):
    """Where the bytes of an image are, for the caller who asked."""

    original: str
    download: str
    renditions: dict[str, str]


class ImageOut(Schema):
    """A picture in the account's library."""

    id: UUID
    origin: str
    title: str
    prompt: str
    model: str
    quality: str
    size: str
    format: str
    mime: str
    bytes: int
    width: int
    height: int
    has_alpha: bool
    placeholder: str = Field(description="The dominant colour, as #rrggbb")
    added_at: datetime
    created_by: UUID
    visibility: str = Field(description="private, or public")
    trashed_at: datetime | None = Field(None, description="Since when it is in the trash")
    urls: ImageUrls

    model_config = {"json_schema_extra": {"examples": [IMAGE_EXAMPLE]}}

    @classmethod
    def of(cls, image: Image, caller: Caller) -> "ImageOut":
        """Return an image whose file is loaded, with addresses that work for this caller."""
        return cls(**facts_of(image, caller))


def facts_of(image: Image, caller: Caller) -> dict[str, Any]:
    """Return what is told of an image whose file is loaded."""
    if image.file is None:
        raise ValueError("A purged image has no bytes.")
    return {
        "id": image.pk,
        "origin": image.origin,
        "title": image.title,
        "prompt": image.prompt,
        "model": image.model,
        "quality": image.quality,
        "size": image.size,
        "format": image.format,
        "mime": image.file.mime,
        "bytes": image.file.bytes,
        "width": image.width,
        "height": image.height,
        "has_alpha": image.file.has_alpha,
        "placeholder": image.placeholder,
        "added_at": image.added_at,
        "created_by": image.created_by_id,
        "visibility": image.visibility,
        "trashed_at": image.trashed_at,
        "urls": urls_of(image, caller),
    }


class KeptImageOut(ImageOut):
    """A picture in the account's library, with what people have given to it."""

    tags: list[str]
    favourite: bool = Field(description="Of the caller alone")

    model_config = {
        "json_schema_extra": {"examples": [IMAGE_EXAMPLE | {"tags": ["Fox"], "favourite": False}]}
    }

    @classmethod
    def of_all(cls, images: Sequence[Image], caller: Caller) -> "list[KeptImageOut]":
        """Return images whose files are loaded, for this caller; one statement for all of them."""
        marks = marks_of(images, caller.membership.user)
        return [
            cls.model_construct(  # the operation checks its whole answer once
                **facts_of(one, caller),
                tags=list(marks[one.pk].tags),
                favourite=marks[one.pk].is_favourite,
            )
            for one in images
        ]


class ImagePage(Schema):
    """Some images."""

    items: list[KeptImageOut]
    next_cursor: str | None


class ValueOut(Schema):
    """A value that can be filtered by."""

    value: str = Field(description="As in the address")
    label: str
    count: int = Field(description="Pictures that have it under all other filters")
    exact: bool = Field(description="Otherwise there are at least so many")


class FacetsOut(Schema):
    """What the pictures that match can be filtered by; a facet per parameter of the address."""

    total: int = Field(description="Pictures that match")
    exact: bool = Field(description="Otherwise there are at least so many")
    values: dict[str, list[ValueOut]]

    @classmethod
    def of(cls, found: Facets) -> "FacetsOut":
        """Return facets as the API gives them."""
        values = {
            facet.name: [
                ValueOut(value=one.value, label=one.label, count=one.count, exact=one.is_exact)
                for one in facet.values
            ]
            for facet in found.facets
        }
        return cls(total=found.total, exact=found.is_exact, values=values)


class LibraryPage(ImagePage):
    """Some images of the library, in the order that was asked for."""

    facets: FacetsOut | None = Field(None, description="With `facets=1`")


Values = Annotated[list[str], Field(max_length=MOST_VALUES)]


class LibraryQuery(PageQuery):
    """Which pictures of the library. Several values of one parameter: any of them."""

    q: str = Field(
        "",
        max_length=LONGEST,
        description="Words, all of which have to occur; `-word`: must not; and operators",
    )
    model: Values = []
    quality: Values = []
    size: Values = []
    format: Values = []
    origin: Values = Field([], description="uploaded, generated")
    visibility: Values = Field([], description="private, public")
    member: Values = Field([], description="Who added it: ids of users")
    album: Values = Field([], description="Ids of albums")
    tag: Values = Field([], description="Names of tags, in any case")
    favourite: bool = Field(default=False, description="Of the caller alone")
    since: str = Field("", alias="from", description="A day of UTC, or a month: 2026-10")
    until: str = Field("", alias="to", description="The last day, or month")
    sort: Literal["newest", "oldest"] = "newest"
    facets: bool = Field(default=False, description="Tell what can be filtered by, with numbers")


class ImageData(Body):
    """An upload as JSON."""

    data: Annotated[Text, Field(description="Base64, or a data URI of a PNG, JPEG or WebP")]
    name: Annotated[Text, Field(max_length=1000, description="Becomes the title")] = ""

    model_config = {
        "json_schema_extra": {
            "examples": [{"data": "data:image/png;base64,iVBORw0KGgo…", "name": "fox.png"}]
        }
    }


UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "name": {"type": "string"},
                    },
                }
            },
            "application/json": {"schema": ImageData.model_json_schema()},
        },
    }
}


def urls_of(image: Image, caller: Caller) -> ImageUrls:
    """Return the addresses of an image's bytes."""
    root, suffix = f"{ROOT}/{image.pk}", caller.address_suffix
    return ImageUrls.model_construct(
        original=f"{root}/original{suffix}",
        download=f"{root}/original{suffix}{'&' if suffix else '?'}download=1",
        renditions={str(side): f"{root}/renditions/{side}{suffix}" for side in SIDES},
    )

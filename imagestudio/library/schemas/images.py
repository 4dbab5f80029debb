"""Images as the API gives and takes them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.accounts.auth import Caller
from imagestudio.http.body import Body, Text
from imagestudio.library.imaging import SIDES
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
    trashed_at: datetime | None = Field(None, description="Since when it is in the trash")
    urls: ImageUrls

    model_config = {"json_schema_extra": {"examples": [IMAGE_EXAMPLE]}}

    @classmethod
    def of(cls, image: Image, caller: Caller) -> "ImageOut":
        """Return an image whose file is loaded, with addresses that work for this caller."""
        if image.file is None:
            raise ValueError("A purged image has no bytes.")
        return cls(
            id=image.pk,
            origin=image.origin,
            title=image.title,
            prompt=image.prompt,
            model=image.model,
            quality=image.quality,
            size=image.size,
            format=image.format,
            mime=image.file.mime,
            bytes=image.file.bytes,
            width=image.width,
            height=image.height,
            has_alpha=image.file.has_alpha,
            placeholder=image.placeholder,
            added_at=image.added_at,
            created_by=image.created_by_id,
            trashed_at=image.trashed_at,
            urls=urls_of(image, caller),
        )


class ImagePage(Schema):
    """Some images, newest first."""

    items: list[ImageOut]
    next_cursor: str | None


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
    return ImageUrls(
        original=f"{root}/original{suffix}",
        download=f"{root}/original{suffix}{'&' if suffix else '?'}download=1",
        renditions={str(side): f"{root}/renditions/{side}{suffix}" for side in SIDES},
    )

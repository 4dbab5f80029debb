"""A wish for pictures as a client writes it."""

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from pydantic import Field, StrictInt, field_validator, model_validator
from pydantic_core import PydanticCustomError

from generations.catalogue import AUTO, DEFAULT_MODEL, Parameters
from generations.services.requests import MOST_AT_ONCE, SourceWish, Wish
from imagestudio.errors import FieldError, StudioError
from imagestudio.http.body import Body, Text
from imagestudio.library.models import MAX_POSITION
from imagestudio.library.received import from_base64
from imagestudio.library.services.uploads import Received


def one_line(role: str) -> str:
    """Refuse roles that are not a few plain words."""
    if not role.isprintable():
        raise PydanticCustomError("role", "A role is a few plain words")
    return role


class SourceIn(Body):
    """A picture that goes into the new one: of the library, or sent along."""

    image_id: UUID | None = None
    data: Annotated[
        Text | None, Field(description="Base64, or a data URI of a PNG, JPEG or WebP")
    ] = None
    role: Annotated[
        Text, Field(max_length=20, description="What it is for: subject, style, background, logo …")
    ] = ""

    _one_line = field_validator("role")(one_line)

    @model_validator(mode="after")
    def exactly_one(self) -> "SourceIn":
        """Refuse a source that is neither or both."""
        if (self.image_id is None) == (self.data is None):
            raise PydanticCustomError("one_of", "Give either `image_id` or `data`")
        return self


class GenerationRequest(Body):
    """What to make. Every picture of `count` is a generation and a call of its own."""

    prompt: Text
    model: Text = DEFAULT_MODEL.id
    quality: Text = AUTO
    size: Text = AUTO
    background: Text = AUTO
    output_format: Text = "png"
    sources: Annotated[
        list[SourceIn], Field(max_length=MAX_POSITION, description="In their order")
    ] = []
    count: Annotated[StrictInt, Field(ge=1, le=MOST_AT_ONCE)] = 1
    parent_id: Annotated[
        UUID | None, Field(description="The generation that this one was made from")
    ] = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"prompt": "A red fox in the snow", "quality": "high"},
                {"prompt": "A poster of a lighthouse", "size": "1024x1536"},
                {
                    "prompt": "Put the logo on the mug",
                    "sources": [
                        {"image_id": "019aa1b2-0000-7000-8000-000000000000", "role": "subject"},
                        {"data": "data:image/png;base64,iVBORw0KGgo…", "role": "logo"},
                    ],
                },
            ]
        }
    }

    @model_validator(mode="before")
    @classmethod
    def no_albums_yet(cls, data: Any) -> Any:
        """Refuse `album_id` in words that say why."""
        if isinstance(data, dict) and "album_id" in data:
            raise PydanticCustomError("albums", "There are no albums to put pictures into")
        return data

    def wish(self) -> Wish:
        """Return the wish, with the pictures that were sent along decoded from their text.

        Raises InvalidImageData, UnsupportedMedia, TooLarge; `fields` says which source.
        """
        return Wish(
            prompt=self.prompt,
            model=self.model,
            parameters=Parameters(
                quality=self.quality,
                size=self.size,
                background=self.background,
                output_format=self.output_format,
            ),
            sources=[source_wish(index, source) for index, source in enumerate(self.sources)],
            count=self.count,
            parent_id=self.parent_id,
        )


def source_wish(index: int, source: SourceIn) -> SourceWish:
    """Return one source, decoded if it was sent along; raises as `GenerationRequest.wish`."""
    if source.data is None:
        return SourceWish(image_id=source.image_id, role=source.role)
    try:
        data = from_base64(source.data, max_bytes=settings.MAX_UPLOAD_BYTES)
    except StudioError as error:
        error.fields = (FieldError(f"sources.{index}.data", error.code, str(error)),)
        raise
    return SourceWish(received=Received(data), role=source.role)

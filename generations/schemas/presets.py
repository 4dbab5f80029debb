"""Presets and source sets as the API gives and takes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, field_validator

from generations.catalogue import AUTO, DEFAULT_MODEL, Parameters
from generations.models import LONGEST_NAME, Preset, SourceSet
from generations.schemas.wishes import one_line
from generations.services.requests import SourceWish
from imagestudio.http.body import Body, Text
from imagestudio.library.models import MAX_POSITION

Name = Annotated[Text, Field(max_length=LONGEST_NAME, description="Each name once in an account")]
STYLE = "`{prompt}` in it stands for what is being written; without that it is added to it"


class PresetParameters(Body):
    """A model with all parameters."""

    model: Text = DEFAULT_MODEL.id
    quality: Text = AUTO
    size: Text = AUTO
    background: Text = AUTO
    output_format: Text = "png"

    def parameters(self) -> Parameters:
        """Return the parameters as the catalogue knows them."""
        return Parameters(self.quality, self.size, self.background, self.output_format)


class PresetRequest(Body):
    """A preset to save: a prompt or style, parameters, or both."""

    name: Name
    prompt: Annotated[Text, Field(description=STYLE)] = ""
    parameters: PresetParameters | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"name": "Watercolour", "prompt": "{prompt}, painted in watercolour, soft light"},
                {"name": "Posters", "parameters": {"size": "1024x1536", "quality": "high"}},
            ]
        }
    }


class PresetChange(Body):
    """What to change about a preset; what is left out stays."""

    name: Name | None = None
    prompt: Text | None = None


class PresetOut(Schema):
    """A preset of the account."""

    id: UUID
    name: str
    prompt: str = Field(description=STYLE)
    parameters: PresetParameters | None = Field(description="null: it sets none")
    made_by: UUID
    made_at: datetime

    @classmethod
    def of(cls, preset: Preset) -> "PresetOut":
        """Return a preset."""
        parameters = None
        if preset.model:
            parameters = PresetParameters(model=preset.model, **preset.parameters)
        return cls(
            id=preset.pk,
            name=preset.name,
            prompt=preset.prompt,
            parameters=parameters,
            made_by=preset.made_by_id,
            made_at=preset.made_at,
        )


class PresetPage(Schema):
    """Some presets, the newest first."""

    items: list[PresetOut]
    next_cursor: str | None


class SetSourceIn(Body):
    """A picture of the library in a set."""

    image_id: UUID
    role: Annotated[
        Text, Field(max_length=20, description="What it is for: subject, style, background, logo …")
    ] = ""

    _one_line = field_validator("role")(one_line)


class SourceSetRequest(Body):
    """A source set to save."""

    name: Name
    sources: Annotated[
        list[SetSourceIn], Field(min_length=1, max_length=MAX_POSITION, description="In order")
    ]

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Our mascot",
                    "sources": [
                        {"image_id": "019aa1b2-0000-7000-8000-000000000000", "role": "subject"}
                    ],
                }
            ]
        }
    }

    def wishes(self) -> list[SourceWish]:
        """Return the sources as a wish names them."""
        return [SourceWish(image_id=one.image_id, role=one.role) for one in self.sources]


class SourceSetChange(Body):
    """Another name for a source set."""

    name: Name


class SetSourceOut(Schema):
    """A picture in a set."""

    position: int
    image_id: UUID | None = Field(description="null: a decision hides it; its place stays")
    role: str
    is_in_library: bool = Field(description="false: in the trash, removed or hidden")


class SourceSetOut(Schema):
    """A source set of the account."""

    id: UUID
    name: str
    sources: list[SetSourceOut]
    made_by: UUID
    made_at: datetime

    @classmethod
    def of(cls, source_set: SourceSet) -> "SourceSetOut":
        """Return a set whose items are loaded."""
        return cls(
            id=source_set.pk,
            name=source_set.name,
            sources=[
                SetSourceOut(
                    position=item.position,
                    image_id=None if item.image.is_hidden else item.image_id,
                    role=item.role,
                    is_in_library=item.image.is_listed,
                )
                for item in source_set.items.all()
            ],
            made_by=source_set.made_by_id,
            made_at=source_set.made_at,
        )


class SourceSetPage(Schema):
    """Some source sets, the newest first."""

    items: list[SourceSetOut]
    next_cursor: str | None

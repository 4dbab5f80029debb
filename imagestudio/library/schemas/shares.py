"""Links as the API gives and takes them."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from imagestudio.http.body import Body, Text
from imagestudio.library.models import ShareLink
from imagestudio.library.services.shares import LONGEST_PASSWORD, SHORTEST_PASSWORD, Terms

Password = Annotated[
    Text,
    Field(
        max_length=LONGEST_PASSWORD,
        description=f"At least {SHORTEST_PASSWORD} characters; empty for none",
    ),
]


class ShareOut(Schema):
    """A link without its secret, which nobody can show again."""

    id: UUID
    image_id: UUID | None
    album_id: UUID | None
    hint: str = Field(description="The last four characters of its address")
    has_password: bool
    shows_prompt: bool = Field(description="And the title")
    allows_download: bool = Field(description="Of the originals")
    made_by: UUID
    made_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    seen_at: datetime | None = Field(description="When it was last opened, within ten minutes")

    @classmethod
    def of(cls, link: ShareLink) -> "ShareOut":
        """Return a link."""
        return cls(
            id=link.pk,
            image_id=link.image_id,
            album_id=link.album_id,
            hint=link.hint,
            has_password=bool(link.password),
            shows_prompt=link.shows_prompt,
            allows_download=link.allows_download,
            made_by=link.made_by_id,
            made_at=link.made_at,
            expires_at=link.expires_at,
            revoked_at=link.revoked_at,
            seen_at=link.seen_at,
        )


class SharePage(Schema):
    """Some links, newest first."""

    items: list[ShareOut]
    next_cursor: str | None


class NewShareOut(Schema):
    """A new link, with its address this one time."""

    share: ShareOut
    url: str


class TermsBody(Body):
    """How a link is to be."""

    expires_at: Annotated[
        AwareDatetime | None, Field(description="Null: it works until it is revoked")
    ] = None
    password: Password = ""
    shows_prompt: StrictBool = False
    allows_download: StrictBool = False

    def terms(self) -> Terms:
        """Return those of the terms that were named."""
        named = self.model_dump(exclude_unset=True, include=set(TermsBody.model_fields))
        return cast(Terms, named)


class ShareRequest(TermsBody):
    """A wish for a link to one picture or one album."""

    image_id: UUID | None = None
    album_id: UUID | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "image_id": "019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d",
                    "expires_at": "2030-01-01T00:00:00Z",
                    "shows_prompt": True,
                }
            ]
        }
    }

    @model_validator(mode="after")
    def is_about_one_thing(self) -> Any:
        """Refuse a link to nothing, or to two things."""
        if (self.image_id is None) == (self.album_id is None):
            raise PydanticCustomError("one_thing", "Name an image_id or an album_id")
        return self

"""How pictures are published and reported by programs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictBool

from imagestudio.http.body import Body, Text
from imagestudio.library.explore import Published, State
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.cases import LONGEST


class PublicationIn(Body):
    """What else of a picture everybody may see."""

    shows_prompt: StrictBool = False
    shows_name: Annotated[StrictBool, Field(description="The name of the account")] = False


class PublicationOut(Schema):
    """How a picture stands with everybody else, and what was last published of it."""

    state: State
    published_at: datetime | None = Field(description="Since when it is public")
    title: str
    prompt: str
    name: str
    loves: int

    @classmethod
    def of(cls, now: Published) -> "PublicationOut":
        """Return how a picture stands."""
        shown = now.publication
        return cls(
            state=now.state,
            published_at=shown.published_at if shown else None,
            title=shown.title if shown else "",
            prompt=shown.prompt if shown else "",
            name=shown.name if shown else "",
            loves=shown.loves if shown else 0,
        )


class ReportIn(Body):
    """What is wrong with a public picture."""

    image_id: UUID
    reason: Reason
    text: Annotated[Text, Field(max_length=LONGEST)] = ""

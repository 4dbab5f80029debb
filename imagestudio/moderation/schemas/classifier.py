"""The classifier and its limits as the API gives and takes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from imagestudio.http.body import Body, Text
from imagestudio.moderation.models import ScoreLimit
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.classifying.limits import Standing


class ScoreLimitOut(Schema):
    """From which score of a category on something follows."""

    id: UUID
    field: ScoreLimit.Field
    category: str
    at_least: float
    action: ScoreLimit.Action
    reason: Reason
    set_by_id: UUID
    set_at: datetime

    @classmethod
    def of(cls, limit: ScoreLimit) -> "ScoreLimitOut":
        """Return a limit."""
        return cls.model_validate(limit, from_attributes=True)


class ScoreLimitIn(Body):
    """A limit to set, in place of the one of the same category and action."""

    field: ScoreLimit.Field
    category: Annotated[Text, Field(min_length=1, max_length=60)]
    at_least: Annotated[float, Field(gt=0, le=1, strict=True)]
    action: ScoreLimit.Action
    reason: Reason


class ClassifierOut(Schema):
    """How the classifier stands."""

    is_on: bool
    pictures: Annotated[str, Field(description="Which are classified: none, published or all")]
    sample: Annotated[int, Field(description="Public pictures in a hundred that are checked")]
    model: Annotated[str, Field(description="That answered last; empty: none has")]
    heard: Annotated[int, Field(description="Classified in the last seven days")]
    unheard: Annotated[int, Field(description="Not classified in the last seven days")]
    limits: list[ScoreLimitOut]

    @classmethod
    def of(cls, standing: Standing) -> "ClassifierOut":
        """Return how the classifier stands."""
        names = ("is_on", "pictures", "sample", "model", "heard", "unheard")
        return cls(
            **{name: getattr(standing, name) for name in names},
            limits=[ScoreLimitOut.of(one) for one in standing.limits],
        )

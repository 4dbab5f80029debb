"""The classifier and its limits, for programs of moderators; senior moderators set them."""

from uuid import UUID

from ninja import Router, Status

from imagestudio.accounts.auth import ModeratorApiRequest, may_moderate
from imagestudio.moderation.schemas.classifier import ClassifierOut, ScoreLimitIn, ScoreLimitOut
from imagestudio.moderation.services.classifying.limits import (
    remove_limit,
    set_limit,
    standing_now,
)

router = Router(tags=["moderation"], auth=may_moderate())


@router.get("/moderation/classifier", response=ClassifierOut, summary="Show the classifier")
def get_classifier(request: ModeratorApiRequest) -> ClassifierOut:
    """Return how the classifier stands, and from which scores on something follows."""
    _ = request
    return ClassifierOut.of(standing_now())


@router.put("/moderation/classifier/limits", response=ScoreLimitOut, summary="Set a limit")
def put_limit(request: ModeratorApiRequest, payload: ScoreLimitIn) -> ScoreLimitOut:
    """Set from which score of a category on something follows. For senior moderators."""
    made = set_limit(moderator=request.auth.user, **payload.model_dump())
    return ScoreLimitOut.of(made)


@router.delete(
    "/moderation/classifier/limits/{uuid:limit_id}", response={204: None}, summary="Remove a limit"
)
def delete_limit(request: ModeratorApiRequest, limit_id: UUID) -> Status[None]:
    """Let nothing follow from such a score any more. For senior moderators."""
    remove_limit(moderator=request.auth.user, limit_id=limit_id)
    return Status(204, None)

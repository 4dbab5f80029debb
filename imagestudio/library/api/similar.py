"""Pictures that look like one."""

from uuid import UUID

from ninja import Router

from imagestudio.accounts.auth import ApiRequest
from imagestudio.library.api.images import SEE, image_of
from imagestudio.library.schemas.similar import SimilarList, SimilarOut
from imagestudio.library.similarity import similar_to

router = Router(tags=["images"])


@router.get(
    "/images/{uuid:image_id}/similar",
    auth=SEE,
    response=SimilarList,
    summary="Find similar pictures",
)
def list_similar(request: ApiRequest, image_id: UUID) -> SimilarList:
    """Return up to 60 pictures of the library that look like this one, mirrored ones too."""
    found = similar_to(image_of(request, image_id))
    return SimilarList(
        items=[SimilarOut.of(one, request.auth) for one in found or []],
        is_comparable=found is not None,
    )

"""Where a picture came from, and what was made from it."""

from typing import Annotated
from uuid import UUID

from ninja import Query, Router
from pydantic import Field

from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.http.body import QueryString
from imagestudio.http.paging import PageQuery
from imagestudio.library.api.images import image_of
from imagestudio.library.lineage import DEPTH, MOST_DEPTH, children_of, lineage_of
from imagestudio.library.schemas.images import ImagePage, KeptImageOut
from imagestudio.library.schemas.lineage import LineageOut

router = Router(tags=["images"])

SEE = may(Deed.SEE, Scope.LIBRARY_READ)


class LineageQuery(QueryString):
    """How far a lineage is followed."""

    depth: Annotated[int, Field(ge=1, le=MOST_DEPTH, description="Steps up, and down")] = DEPTH


@router.get(
    "/images/{uuid:image_id}/lineage", auth=SEE, response=LineageOut, summary="Show the lineage"
)
def get_lineage(request: ApiRequest, image_id: UUID, query: Query[LineageQuery]) -> LineageOut:
    """Return an image's ancestors and descendants, and which went into which.

    At most 60 above and 60 below it, of each image its newest 8 children; where there are more,
    the nodes say so, and can be asked about themselves.
    """
    lineage = lineage_of(image_of(request, image_id), depth=query.depth)
    return LineageOut.of(lineage, request.auth)


@router.get(
    "/images/{uuid:image_id}/children",
    auth=SEE,
    response=ImagePage,
    summary="List what was made from a picture",
)
def list_children(request: ApiRequest, image_id: UUID, query: Query[PageQuery]) -> ImagePage:
    """Return the pictures of the library that were made from one, the newest first."""
    image = image_of(request, image_id)
    found = children_of(image, after=query.cursor, limit=query.limit)
    return ImagePage(
        items=KeptImageOut.of_all(found.rows, request.auth),
        next_cursor=found.next_cursor,
    )

"""Changing one picture: title, tags, favourite, trash and back.

On the router of the pictures themselves: an address belongs to one router with all its methods.
"""

from uuid import UUID

from ninja import Status

from imagestudio.accounts.auth import ApiRequest
from imagestudio.library.api.changes import CHANGE, CHANGED, FAVOURITE, as_reply
from imagestudio.library.api.images import router
from imagestudio.library.models import Change
from imagestudio.library.schemas.images import KeptImageOut
from imagestudio.library.schemas.order import ImageEdit
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import Wanted, make_change
from imagestudio.library.services.editing import edit_image


@router.patch(
    "/images/{uuid:image_id}", auth=FAVOURITE, response=KeptImageOut, summary="Change a picture"
)
def patch_image(request: ApiRequest, image_id: UUID, payload: ImageEdit) -> KeptImageOut:
    """Change title and tags, or say whether the caller likes it. What is left out stays.

    Viewers may only say what they like.
    """
    image = edit_image(
        membership=request.auth.membership,
        image_id=image_id,
        title=payload.title,
        tags=payload.tags,
        favourite=payload.favourite,
    )
    return KeptImageOut.of_all([image], request.auth)[0]


@router.delete(
    "/images/{uuid:image_id}", auth=CHANGE, response=CHANGED, summary="Move a picture to the trash"
)
def delete_image(request: ApiRequest, image_id: UUID) -> Status[object]:
    """Move a picture to the trash, from where it can be restored. What was made of it stays."""
    return one(request, Change.Kind.TRASH, image_id)


@router.post(
    "/images/{uuid:image_id}/restore", auth=CHANGE, response=CHANGED, summary="Restore a picture"
)
def post_restore(request: ApiRequest, image_id: UUID) -> Status[object]:
    """Take a picture out of the trash."""
    return one(request, Change.Kind.RESTORE, image_id)


def one(request: ApiRequest, kind: Change.Kind, image_id: UUID) -> Status[object]:
    """Do a deed on one picture."""
    change = make_change(
        membership=request.auth.membership,
        wanted=Wanted(kind),
        selection=Selection.of_ids([image_id]),
    )
    reply = as_reply(change)
    return Status(reply.status, reply.body)

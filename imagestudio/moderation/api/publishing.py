"""Publishing an account's pictures, and taking them back."""

from uuid import UUID

from ninja import Router, Status

from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.library.exceptions import NoSuchImage
from imagestudio.library.explore import published
from imagestudio.library.models import Image
from imagestudio.moderation.schemas.publishing import PublicationIn, PublicationOut
from imagestudio.moderation.services.publishing import publish, withdraw

router = Router(tags=["explore"])

SEE = may(Deed.SEE, Scope.LIBRARY_READ)
PUBLISH = may(Deed.PUBLISH, Scope.LIBRARY_WRITE)
WITHDRAW = may(Deed.CHANGE_LIBRARY, Scope.LIBRARY_WRITE)
ADDRESS = "/images/{uuid:image_id}/publication"


@router.get(ADDRESS, auth=SEE, response=PublicationOut, summary="Show whether it is public")
def get_publication(request: ApiRequest, image_id: UUID) -> PublicationOut:
    """Return how a picture of the account stands with everybody else."""
    return now(request, image_id)


@router.post(ADDRESS, auth=PUBLISH, response=PublicationOut, summary="Publish a picture")
def post_publication(request: ApiRequest, image_id: UUID, payload: PublicationIn) -> PublicationOut:
    """Show a picture to everybody, at once or when somebody of the studio has looked at it.

    Its title goes with it, as it is now. Publishing anew replaces what is shown.
    """
    publish(
        membership=request.auth.membership,
        image_id=image_id,
        shows_prompt=payload.shows_prompt,
        shows_name=payload.shows_name,
    )
    return now(request, image_id)


@router.delete(ADDRESS, auth=WITHDRAW, response={204: None}, summary="Take it back")
def delete_publication(request: ApiRequest, image_id: UUID) -> Status[None]:
    """Make a picture private again, at once."""
    withdraw(membership=request.auth.membership, image_id=image_id)
    return Status(204, None)


def now(request: ApiRequest, image_id: UUID) -> PublicationOut:
    """Return how a picture of the caller's account stands. Raises NoSuchImage."""
    image = Image.objects.owned_by(request.auth.account).filter(pk=image_id).first()
    if image is None:
        raise NoSuchImage("There is no such picture in this account.")
    return PublicationOut.of(published(image))

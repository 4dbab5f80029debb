"""The public gallery, for everybody: reading it takes no token."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router

from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.library import explore
from imagestudio.library.exceptions import NoSuchPublication
from imagestudio.library.explore import exhibit
from imagestudio.library.models import Publication
from imagestudio.library.schemas.explore import ExhibitOut, ExplorePage, ExploreQuery, LoveOut
from imagestudio.library.services.publishing import set_love

router = Router(tags=["explore"])

LOVE = may(Deed.FAVOURITE, Scope.LIBRARY_WRITE)


@router.get("/explore", auth=None, response=ExplorePage, summary="List the public pictures")
def list_explore(request: HttpRequest, query: Query[ExploreQuery]) -> ExplorePage:
    """Return what is public, the newest first or what is loved most."""
    _ = request
    refuse_if_off()
    found = explore.gallery(query.wanted(), cursor=query.cursor, limit=query.limit)
    return ExplorePage(
        items=[ExhibitOut.of(one) for one in found.pictures], next_cursor=found.next_cursor
    )


@router.get(
    "/explore/{uuid:image_id}", auth=None, response=ExhibitOut, summary="Show a public picture"
)
def get_exhibit(request: HttpRequest, image_id: UUID) -> ExhibitOut:
    """Return what is public of one picture."""
    _ = request
    return ExhibitOut.of(exhibit(public_picture(image_id)))


@router.put(
    "/explore/{uuid:image_id}/love", auth=LOVE, response=LoveOut, summary="Love a public picture"
)
def put_love(request: ApiRequest, image_id: UUID) -> LoveOut:
    """Love a public picture; doing it again changes nothing."""
    publication, user = public_picture(image_id), request.auth.membership.user
    count = set_love(publication=publication, user=user, loves=True)
    return LoveOut(loves=count, is_loved=True)


@router.delete(
    "/explore/{uuid:image_id}/love", auth=LOVE, response=LoveOut, summary="Love it no longer"
)
def delete_love(request: ApiRequest, image_id: UUID) -> LoveOut:
    """Take a love back; doing it again changes nothing."""
    publication, user = public_picture(image_id), request.auth.membership.user
    count = set_love(publication=publication, user=user, loves=False)
    return LoveOut(loves=count, is_loved=False)


def public_picture(image_id: UUID) -> Publication:
    """Return what is shown of a picture to everybody. Raises NoSuchPublication."""
    refuse_if_off()
    return explore.public_picture(image_id)


def refuse_if_off() -> None:
    """Raise NoSuchPublication where the studio has no public pages."""
    if not settings.EXPLORE_IS_ON:
        raise NoSuchPublication("This studio has no public pages.")

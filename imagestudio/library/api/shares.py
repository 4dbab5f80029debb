"""The links of an account."""

from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field

from imagestudio.accounts.auth import ApiRequest, may
from imagestudio.accounts.models import Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery
from imagestudio.library.exceptions import NoSuchShare
from imagestudio.library.models import ShareLink
from imagestudio.library.schemas.shares import (
    NewShareOut,
    ShareOut,
    SharePage,
    ShareRequest,
    TermsBody,
)
from imagestudio.library.services.shares import (
    change_link,
    revoke_link,
    share_album,
    share_image,
)

router = Router(tags=["shares"])

SEE = may(Deed.SEE, Scope.LIBRARY_READ)
SHARE = may(Deed.SHARE, Scope.LIBRARY_WRITE)


class SharesQuery(PageQuery):
    """Which links of the account."""

    state: Annotated[
        Literal["live", "ended"] | None, Field(description="`ended`: revoked or expired")
    ] = None


@router.get("/shares", auth=SEE, response=SharePage, summary="List the links")
def list_shares(request: ApiRequest, query: Query[SharesQuery]) -> SharePage:
    """Return the account's links, newest first, those that have ended included."""
    account = request.auth.account
    mine = ShareLink.objects.owned_by(account)
    kinds = {"live": mine.live, "ended": mine.ended}
    found = page(
        kinds[query.state]() if query.state else mine,
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"{query.state or 'all'} shares of {account.pk}",
    )
    return SharePage(
        items=[ShareOut.of(link) for link in found.rows], next_cursor=found.next_cursor
    )


@router.post("/shares", auth=SHARE, response={201: NewShareOut}, summary="Share something")
def post_share(request: ApiRequest, payload: ShareRequest) -> Status[NewShareOut]:
    """Make a link to a picture or an album. Its address is shown now and never again.

    So there is no `Idempotency-Key`: an answer that is lost leaves a link that nobody has, and
    that can be revoked. A link to an album does not show the albums nested in it.
    """
    membership, terms = request.auth.membership, payload.terms()
    if payload.image_id:
        new = share_image(membership=membership, image_id=payload.image_id, terms=terms)
    elif payload.album_id:
        new = share_album(membership=membership, album_id=payload.album_id, terms=terms)
    else:  # refused by the schema; the type checker cannot know
        raise NoSuchShare
    url = f"{settings.PUBLIC_URL}{reverse('library:shared', args=[new.secret])}"
    return Status(201, NewShareOut(share=ShareOut.of(new.link), url=url))


@router.get("/shares/{uuid:share_id}", auth=SEE, response=ShareOut, summary="Show a link")
def get_share(request: ApiRequest, share_id: UUID) -> ShareOut:
    """Return what is known of a link."""
    link = ShareLink.objects.owned_by(request.auth.account).filter(pk=share_id).first()
    if link is None:
        raise NoSuchShare("There is no such link in this account.")
    return ShareOut.of(link)


@router.patch("/shares/{uuid:share_id}", auth=SHARE, response=ShareOut, summary="Change a link")
def patch_share(request: ApiRequest, share_id: UUID, payload: TermsBody) -> ShareOut:
    """Change a link that works; what is not named stays as it is.

    It counts at once, for everybody who has the link. A new password locks out whoever gave the
    old one.
    """
    link = change_link(membership=request.auth.membership, link_id=share_id, terms=payload.terms())
    return ShareOut.of(link)


@router.delete("/shares/{uuid:share_id}", auth=SHARE, response={204: None}, summary="Revoke")
def delete_share(request: ApiRequest, share_id: UUID) -> Status[None]:
    """End a link: it leads nowhere from now on, and cannot be brought back."""
    revoke_link(membership=request.auth.membership, link_id=share_id)
    return Status(204, None)

"""Invitations into an account. By cookie only, like everything that lets people in."""

from uuid import UUID

from ninja import Query, Router, Status

from imagestudio.accounts.auth import ApiRequest, in_person
from imagestudio.accounts.mail import link_of
from imagestudio.accounts.models import Invitation
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.schemas import (
    InvitationOut,
    InvitationPage,
    InvitationRequest,
    NewInvitationOut,
)
from imagestudio.accounts.services import invitations
from imagestudio.http.cursor import page
from imagestudio.http.paging import PageQuery

router = Router(tags=["members"])

MANAGE = in_person(Deed.MANAGE_MEMBERS)


@router.get(
    "/account/invitations", auth=MANAGE, response=InvitationPage, summary="List the invitations"
)
def list_invitations(request: ApiRequest, query: Query[PageQuery]) -> InvitationPage:
    """Return what is neither revoked nor used up, newest first; some may have expired."""
    account = request.auth.account
    found = page(
        Invitation.objects.owned_by(account).open(),
        by="made_at",
        cursor=query.cursor,
        limit=query.limit,
        of=f"invitations of {account.pk}",
    )
    return InvitationPage(
        items=[InvitationOut.of(one) for one in found.rows], next_cursor=found.next_cursor
    )


@router.post(
    "/account/invitations",
    auth=MANAGE,
    response={201: NewInvitationOut},
    summary="Invite somebody",
)
def post_invitation(request: ApiRequest, payload: InvitationRequest) -> Status[NewInvitationOut]:
    """Invite an address, which gets a letter, or make a link. The link is shown this once.

    An invitation to an address works once and for who has that address; a new one ends the one
    before. A link makes creators and viewers, `max_uses` times or until it expires.
    """
    new = invitations.invite(
        membership=request.auth.membership,
        role=payload.role,
        email=payload.email,
        days=payload.days,
        max_uses=payload.max_uses,
    )
    return Status(201, NewInvitationOut.of(new.invitation, link_of(new.secret)))


@router.post(
    "/account/invitations/{uuid:invitation_id}/renew",
    auth=MANAGE,
    response=NewInvitationOut,
    summary="Send an invitation anew",
)
def post_renewed_invitation(request: ApiRequest, invitation_id: UUID) -> NewInvitationOut:
    """Give an invitation a new secret, and as many days as it had; the old link is dead."""
    new = invitations.renew_invitation(
        membership=request.auth.membership, invitation_id=invitation_id
    )
    return NewInvitationOut.of(new.invitation, link_of(new.secret))


@router.delete(
    "/account/invitations/{uuid:invitation_id}",
    auth=MANAGE,
    response={204: None},
    summary="Revoke an invitation",
)
def delete_invitation(request: ApiRequest, invitation_id: UUID) -> Status[None]:
    """Take an invitation back: nobody comes in by it any more."""
    invitations.revoke_invitation(membership=request.auth.membership, invitation_id=invitation_id)
    return Status(204, None)

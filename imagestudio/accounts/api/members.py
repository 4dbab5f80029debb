"""Members of an account. Changed by people only: a token that leaks must not let anybody in."""

from uuid import UUID

from ninja import Router, Status

from imagestudio.accounts.auth import ApiRequest, in_person, may
from imagestudio.accounts.models import Membership, Scope
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.schemas import MemberList, MemberOut, RoleRequest
from imagestudio.accounts.services import members

router = Router(tags=["members"])


@router.get(
    "/account/members",
    auth=may(Deed.SEE, Scope.ACCOUNT_READ),
    response=MemberList,
    summary="List the members with their roles",
)
def list_members(request: ApiRequest) -> MemberList:
    """Return every member of the account with their role, in the order of their coming."""
    rows = Membership.objects.owned_by(request.auth.account)
    return MemberList(items=[MemberOut.of(one) for one in rows])


@router.patch(
    "/account/members/{uuid:user_id}",
    auth=in_person(Deed.MANAGE_MEMBERS),
    response=MemberOut,
    summary="Change a member's role",
)
def patch_member(request: ApiRequest, user_id: UUID, payload: RoleRequest) -> MemberOut:
    """Give a member another role, from their next request on.

    Owners are made, changed and removed by owners. To hand an account over, make somebody else
    an owner. The last owner stays one.
    """
    changed = members.change_role(
        membership=request.auth.membership, user_id=user_id, role=payload.role
    )
    return MemberOut.of(changed)


@router.delete(
    "/account/members/{uuid:user_id}",
    auth=in_person(Deed.MANAGE_MEMBERS),
    response={204: None},
    summary="Remove a member",
)
def delete_member(request: ApiRequest, user_id: UUID) -> Status[None]:
    """End a membership. What the member made stays; their tokens in the account are dead at once.

    The account's links are revoked too, so that nobody who was removed comes back by one.
    """
    members.remove_member(membership=request.auth.membership, user_id=user_id)
    return Status(204, None)


@router.post(
    "/account/leave", auth=in_person(Deed.LEAVE), response={204: None}, summary="Leave the account"
)
def post_leave(request: ApiRequest) -> Status[None]:
    """End one's own membership. The last owner cannot leave, and nobody a personal account."""
    members.leave(membership=request.auth.membership)
    return Status(204, None)

"""The page of an account's members: who they are, what they may do, and who is invited."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from imagestudio.accounts.exceptions import BadInvitation, LastOwner, PersonalAccount
from imagestudio.accounts.forms import InviteForm, LinkForm, RoleForm
from imagestudio.accounts.mail import link_of
from imagestudio.accounts.models import Account, Invitation, Membership, Role
from imagestudio.accounts.pages import AccountRequest, account_page
from imagestudio.accounts.permissions import Deed, allows, gives, require
from imagestudio.accounts.services import invitations, members
from imagestudio.accounts.services.invitations import NewInvitation
from imagestudio.errors import Conflict, TooMany

MOST_SHOWN = 100  # invitations


@dataclass(frozen=True, slots=True)
class Row:
    """A member as the page shows them; `roles` are those that the person looking may give."""

    membership: Membership
    is_me: bool
    roles: list[Role]

    @property
    def is_owner(self) -> bool:
        """Say whether this is an owner who can sign in."""
        return self.membership.role == Role.OWNER and self.membership.user.is_active


@dataclass(frozen=True, slots=True)
class Invited:
    """An open invitation; `may_change` says whether the person looking may send or revoke it."""

    invitation: Invitation
    may_change: bool


@require_safe
@account_page
def member_list(request: AccountRequest) -> HttpResponseBase:
    """Show the members and, to those who manage them, who is invited; a part of it alone."""
    if request.htmx:
        return render(request, "accounts/_members.html", {"rows": rows_of(request.membership)})
    return show(request)


@require_POST
@account_page
def change_role(request: AccountRequest, user_id: UUID) -> HttpResponseBase:
    """Give a member another role."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return back(request, wrong="Choose a role.")
    try:
        changed = members.change_role(
            membership=request.membership, user_id=user_id, role=form.wanted()
        )
    except LastOwner as error:
        return back(request, wrong=str(error))
    return back(request, f"{changed.user.email} is {changed.get_role_display().lower()} now.")


@require_POST
@account_page
def remove(request: AccountRequest, user_id: UUID) -> HttpResponseBase:
    """End a membership; what the member made stays."""
    try:
        ended = members.remove_member(membership=request.membership, user_id=user_id)
    except (LastOwner, PersonalAccount) as error:
        return back(request, wrong=str(error))
    if ended.user_id == request.user.pk:
        return away(request)
    return back(request, f"{ended.user.email} is no longer a member. What they made stays.")


@require_POST
@account_page
def leave(request: AccountRequest) -> HttpResponseBase:
    """End one's own membership."""
    try:
        members.leave(membership=request.membership)
    except (LastOwner, PersonalAccount) as error:
        return back(request, wrong=str(error))
    return away(request)


@require_POST
@account_page
def invite(request: AccountRequest) -> HttpResponseBase:
    """Invite an address, or make a link, and show its secret this once."""
    membership = request.membership
    require(Deed.MANAGE_MEMBERS, membership)
    is_link = "email" not in request.POST
    to_address = InviteForm(None if is_link else request.POST, roles=gives(membership))
    by_link = LinkForm(request.POST if is_link else None)
    form: Form = by_link if is_link else to_address
    if form.is_valid():
        wish = form.cleaned_data | {"role": Role(form.cleaned_data["role"])}
        try:
            return show(request, new=invitations.invite(membership=membership, **wish))
        except (BadInvitation, Conflict, TooMany) as error:
            form.add_error(None, str(error))
    return show(request, invite_form=to_address, link_form=by_link, status=422)


@require_POST
@account_page
def renew(request: AccountRequest, invitation_id: UUID) -> HttpResponseBase:
    """Give an invitation a new secret, which is mailed again if it has an address."""
    try:
        new = invitations.renew_invitation(
            membership=request.membership, invitation_id=invitation_id
        )
    except TooMany as error:
        return back(request, wrong=str(error))
    return show(request, new=new)


@require_POST
@account_page
def revoke(request: AccountRequest, invitation_id: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    invitations.revoke_invitation(membership=request.membership, invitation_id=invitation_id)
    return back(request, "The invitation is revoked. Nobody comes in by it any more.")


def show(
    request: AccountRequest,
    *,
    new: NewInvitation | None = None,
    invite_form: Form | None = None,
    link_form: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, with the link of an invitation that was just made."""
    membership, rows = request.membership, rows_of(request.membership)
    owners = [row for row in rows if row.is_owner]
    context: dict[str, Any] = {
        "rows": rows,
        "may_leave": any(not row.is_me for row in owners) or membership.role != Role.OWNER,
        "is_team": membership.account.kind == Account.Kind.TEAM,
        "new": new,
        "link": link_of(new.secret) if new else "",
    }
    if allows(Deed.MANAGE_MEMBERS, membership):
        given = gives(membership)
        context |= {
            "may_manage": True,
            "invited": list(invited_into(membership, given)),
            "invite_form": invite_form or InviteForm(roles=given),
            "link_form": link_form or LinkForm(),
        }
    return render(request, "accounts/members.html", context, status=status)


def rows_of(membership: Membership) -> list[Row]:
    """Return the members with what the person looking may make of each."""
    given = gives(membership)
    everybody = Membership.objects.owned_by(membership.account)
    return [
        Row(one, one.pk == membership.pk, given if Role(one.role) in given else [])
        for one in everybody
    ]


def invited_into(membership: Membership, given: list[Role]) -> Iterator[Invited]:
    """Yield the open invitations, newest first."""
    for one in Invitation.objects.owned_by(membership.account).open()[:MOST_SHOWN]:
        yield Invited(one, Role(one.role) in given)


def back(request: AccountRequest, done: str = "", *, wrong: str = "") -> HttpResponse:
    """Go back to the page, with a notice there of what was done or is wrong."""
    if wrong:
        messages.error(request, wrong)
    else:
        messages.success(request, done)
    return redirect("accounts:members", slug=request.membership.account.slug)


def away(request: AccountRequest) -> HttpResponse:
    """Go to one's own account, with a notice that one has left this one."""
    messages.success(request, f"You have left {request.membership.account.name}.")
    return redirect("accounts:home")

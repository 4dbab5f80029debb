"""Members of an account: their roles, and their leaving.

Each deed locks the account's row first and reads its own membership anew under that lock. So two
owners who demote each other at once cannot both succeed, and an account is never without an owner.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from imagestudio.accounts.exceptions import LastOwner, NoSuchAccount, NoSuchMember, PersonalAccount
from imagestudio.accounts.models import Account, Invitation, Membership, Role, Token, User
from imagestudio.accounts.permissions import MANAGERS, Deed, require, require_over
from imagestudio.accounts.services.happenings import tell_of


def lock_account(account_id: UUID) -> Account:
    """Return an open account with its row locked until commit. Raises NoSuchAccount."""
    rows = Account.objects.select_for_update(no_key=True)
    account = rows.filter(pk=account_id, closed_at=None).first()
    if account is None:
        raise NoSuchAccount("This account was closed.")
    return account


def under_lock(membership: Membership) -> Membership:
    """Return a membership as it is now, with its account locked.

    Raises NoSuchAccount when it has ended meanwhile.
    """
    lock_account(membership.account_id)
    rows = Membership.objects.select_related("account", "user")
    now = rows.filter(pk=membership.pk).first()
    if now is None:
        raise NoSuchAccount("You are no longer a member of this account.")
    return now


def member(*, account: Account, user_id: UUID) -> Membership:
    """Return somebody's membership in an account. Raises NoSuchMember."""
    found = Membership.objects.owned_by(account).filter(user=user_id).first()
    if found is None:
        raise NoSuchMember("There is no such member in this account.")
    return found


@transaction.atomic
def change_role(*, membership: Membership, user_id: UUID, role: Role) -> Membership:
    """Return a member with another role; to hand an account over, make somebody else an owner.

    It counts from their next request on. Who loses rights cannot get them back by an invitation
    they know of. Raises RoleTooLow, NoSuchMember, LastOwner.
    """
    acting = under_lock(membership)
    require(Deed.MANAGE_MEMBERS, acting)
    target = member(account=acting.account, user_id=user_id)
    before = Role(target.role)
    if before == role:
        return target
    require_over(before, acting)
    require_over(role, acting)
    if before == Role.OWNER:
        require_another_owner(target)
    Membership.objects.filter(pk=target.pk).update(role=role)
    target.role = role
    if role.rank < before.rank:
        end_invitations(target, above=role)
    tell_of(target, "role_changed")
    return target


@transaction.atomic
def remove_member(*, membership: Membership, user_id: UUID) -> Membership:
    """Return the membership that has ended; what the member made stays with the account.

    Their tokens in this account are dead at once, and so is every invitation that they could come
    back by. Calls that are under way go on. Raises RoleTooLow, NoSuchMember, LastOwner.
    """
    acting = under_lock(membership)
    require(Deed.MANAGE_MEMBERS, acting)
    target = member(account=acting.account, user_id=user_id)
    require_over(Role(target.role), acting)
    return end(target)


@transaction.atomic
def leave(*, membership: Membership) -> Membership:
    """Return one's own membership, which has ended. Raises PersonalAccount, LastOwner."""
    mine = under_lock(membership)
    require(Deed.LEAVE, mine)
    return end(mine)


def end(membership: Membership) -> Membership:
    """End a membership whose account is locked. Raises PersonalAccount, LastOwner."""
    if membership.account.kind == Account.Kind.PERSONAL:
        raise PersonalAccount("Nobody leaves their personal account: it closes with its person.")
    if membership.role == Role.OWNER:
        require_another_owner(membership)
    Membership.objects.filter(pk=membership.pk).delete()
    revoke_tokens(account=membership.account, user=membership.user)
    end_invitations(membership, above=None)
    tell_of(membership, "left")
    return membership


def require_another_owner(membership: Membership) -> None:
    """Do nothing if the account has an owner besides this one. Raises LastOwner."""
    others = Membership.objects.owned_by(membership.account).owners().exclude(pk=membership.pk)
    if not others.exists():
        raise LastOwner("An account needs an owner who can sign in. Make somebody else one first.")


def revoke_tokens(*, account: Account, user: User) -> int:
    """End a user's tokens in an account and return how many there were."""
    mine = Token.objects.owned_by(account).filter(user=user, revoked_at=None)
    return mine.update(revoked_at=Now())


def end_invitations(membership: Membership, *, above: Role | None) -> int:
    """Revoke the invitations by which somebody could get back what they have lost.

    Those are the links that give more than the role `above` (None: all links), what is addressed
    to them, and, if they no longer manage members, what they made. Returns how many there were.
    """
    lost = Q(email__iexact=membership.user.email)
    kept = [role for role in Role if above is not None and role.rank <= above.rank]
    lost |= Q(email="") & ~Q(role__in=kept)
    if above not in MANAGERS:
        lost |= Q(made_by=membership.user)
    live = Invitation.objects.owned_by(membership.account).live()
    return live.filter(lost).update(revoked_at=Now())

"""Inviting people into an account, and coming in by an invitation.

The secret of an invitation is derived from its row by the installation's key, so that a job can
mail it although only its hash is kept anywhere.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from imagestudio.accounts.exceptions import (
    AlreadyMember,
    BadInvitation,
    ForSomebodyElse,
    NoSuchInvitation,
    PersonalAccount,
    TooManyInvitations,
)
from imagestudio.accounts.models import Account, Invitation, Membership, Role, User
from imagestudio.accounts.models.invitations import BY_LINK
from imagestudio.accounts.permissions import Deed, require, require_over, standing_of
from imagestudio.accounts.services.happenings import tell_of
from imagestudio.accounts.services.members import lock_account, under_lock
from imagestudio.errors import FieldError
from imagestudio.jobs import enqueue

MAIL = "accounts.mail_invitation"
DAYS = 7  # that an invitation lives, unless somebody says otherwise
MOST_DAYS = 90
MOST_USES = 1000
MOST_A_DAY = 100  # invitations that an account makes
MOST_ROUNDS = 5  # secrets of one invitation, and so letters to one address
SECRET_LENGTH = 43  # characters of base64url for 32 bytes


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation with its secret, which is shown once and kept nowhere."""

    invitation: Invitation
    secret: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A membership, and whether the invitation made it: who was a member stays as they were."""

    membership: Membership
    is_new: bool


def secret_of(invitation: Invitation) -> str:
    """Return the secret of an invitation in its present round."""
    value = f"{invitation.pk}:{invitation.round}"
    digest = salted_hmac("imagestudio.accounts.invitation", value, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).digest()


@transaction.atomic
def invite(
    *,
    membership: Membership,
    role: Role,
    email: str = "",
    days: int = DAYS,
    max_uses: int | None = None,
) -> NewInvitation:
    """Return a new invitation: to this address, which gets a letter, or, without one, a link.

    It lives for so many days. A link may be used `max_uses` times (None: as often as one likes)
    and makes creators and viewers only. A new invitation to an address ends the one before.
    Raises RoleTooLow, PersonalAccount, BadInvitation, AlreadyMember, TooManyInvitations.
    """
    acting = under_lock(membership)
    require_over(role, acting)
    account, email = acting.account, email.strip().lower()
    check(account=account, role=role, email=email, days=days, max_uses=max_uses)
    made = Invitation.objects.owned_by(account)
    if made.filter(made_at__gt=Now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyInvitations(
            f"An account invites at most {MOST_A_DAY} times a day. Use a link for many people.",
            retry_after=3600,
        )
    if email:
        made.filter(email__iexact=email, uses=0, revoked_at=None).update(revoked_at=Now())
    invitation = Invitation(
        account=account,
        role=role,
        email=email,
        made_by=acting.user,
        expires_at=timezone.now() + timedelta(days=days),
        max_uses=1 if email else max_uses,
    )
    secret = secret_of(invitation)
    invitation.hash = hash_of(secret)
    invitation.save(force_insert=True)
    mail(invitation)
    return NewInvitation(invitation, secret)


def check(*, account: Account, role: Role, email: str, days: int, max_uses: int | None) -> None:
    """Raise what is wrong with a wish to invite."""
    if account.kind == Account.Kind.PERSONAL:
        raise PersonalAccount("Your personal account is yours alone. Make a team to share one.")
    if not 1 <= days <= MOST_DAYS:
        raise wrong("days", f"An invitation lives between 1 and {MOST_DAYS} days.")
    if not email:
        if role not in BY_LINK:
            raise wrong("role", "A link makes creators and viewers. Invite others by address.")
        if max_uses is not None and not 1 <= max_uses <= MOST_USES:
            raise wrong("max_uses", f"A link is used between 1 and {MOST_USES:,} times.")
        return
    if max_uses not in (None, 1):
        raise wrong("max_uses", "An invitation to an address is used once.")
    try:
        validate_email(email)
    except ValidationError:
        raise wrong("email", "This is not an e-mail address.") from None
    if len(email) > 254:
        raise wrong("email", "This is not an e-mail address.")
    if account.memberships.filter(user__email__iexact=email).exists():
        raise AlreadyMember("Somebody with this address is a member of the account already.")


def wrong(field: str, words: str) -> BadInvitation:
    """Return the error about one field of a wish to invite."""
    return BadInvitation(words, fields=[FieldError(field, "invalid", words)])


def mail(invitation: Invitation) -> None:
    """Have the letter written, if the invitation has an address."""
    if invitation.email:
        enqueue(MAIL, invitation_id=str(invitation.pk), round=invitation.round)


@transaction.atomic
def renew_invitation(*, membership: Membership, invitation_id: UUID) -> NewInvitation:
    """Return an invitation with a new secret, and as many days as it had; the old one is dead.

    Raises RoleTooLow, NoSuchInvitation, TooManyInvitations.
    """
    acting = under_lock(membership)
    invitation = found(membership=acting, invitation_id=invitation_id)
    if invitation.round >= MOST_ROUNDS:
        raise TooManyInvitations("It was sent often enough. Revoke it, and invite anew.")
    life = max(timedelta(days=1), invitation.expires_at - invitation.made_at)
    invitation.round += 1
    invitation.expires_at = timezone.now() + min(life, timedelta(days=MOST_DAYS))
    secret = secret_of(invitation)
    invitation.hash = hash_of(secret)
    invitation.save(update_fields=["round", "expires_at", "hash"])
    mail(invitation)
    return NewInvitation(invitation, secret)


@transaction.atomic
def revoke_invitation(*, membership: Membership, invitation_id: UUID) -> Invitation:
    """Return an invitation that lets nobody in any more. Raises RoleTooLow, NoSuchInvitation."""
    acting = under_lock(membership)
    invitation = found(membership=acting, invitation_id=invitation_id)
    Invitation.objects.filter(pk=invitation.pk).update(revoked_at=Now())
    invitation.refresh_from_db()
    return invitation


def found(*, membership: Membership, invitation_id: UUID) -> Invitation:
    """Return an invitation of the account that is neither used up nor revoked.

    One that has expired can still be sent anew. Raises RoleTooLow, NoSuchInvitation.
    """
    require(Deed.MANAGE_MEMBERS, membership)
    mine = Invitation.objects.owned_by(membership.account).open()
    invitation = mine.filter(pk=invitation_id).first()
    if invitation is None:
        raise NoSuchInvitation("There is no such invitation in this account, or it was used.")
    require_over(Role(invitation.role), membership)
    return invitation


def find_invitation(digest: bytes) -> Invitation | None:
    """Return the live invitation whose secret has this hash, account and inviter loaded."""
    rows = Invitation.objects.live().select_related("account")
    invitation = rows.filter(hash=digest).first()
    if invitation is None:
        return None
    standing = standing_of(invitation.made_by, invitation.account)
    return None if standing.shuts_out else invitation


def membership_by(digest: bytes, user: User) -> Membership | None:
    """Return this user's membership in the account that an invitation, live or not, leads to."""
    invited = Invitation.objects.filter(hash=digest).values("account")
    return Membership.objects.open_to(user).filter(account__in=invited).first()


def owns(user: User, address: str) -> bool:
    """Say whether an e-mail address is one that this user signs in with, or has verified."""
    more = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True)
    return user.email.lower() == address.lower() or more.exists()


@transaction.atomic
def join(*, user: User, digest: bytes) -> Joined:
    """Return the membership that the invitation with this hash gives its user.

    Whoever is a member stays as they are, and uses nothing up: roles are changed by those who
    manage members. Raises NoSuchInvitation, ForSomebodyElse.
    """
    invitation = find_invitation(digest)
    if invitation is not None:
        lock_account(invitation.account_id)
    mine = membership_by(digest, user)
    if mine is not None:
        return Joined(mine, is_new=False)
    if invitation is None:
        raise NoSuchInvitation("It has expired, was revoked, or was used. Ask for a new one.")
    if invitation.email and not owns(user, invitation.email):
        raise ForSomebodyElse(
            f"It is for {invitation.email}, and you are signed in as {user.email}. Sign in with "
            "that address, or add it to yours."
        )
    this = Invitation.objects.live().filter(pk=invitation.pk, hash=digest)
    if not this.update(uses=F("uses") + 1):
        raise NoSuchInvitation("Somebody was quicker. Ask for a new one.")
    new = Membership.objects.create(account=invitation.account, user=user, role=invitation.role)
    rest = Invitation.objects.owned_by(invitation.account).live()
    rest.filter(email__iexact=user.email).update(revoked_at=Now())
    tell_of(new, "joined")
    return Joined(new, is_new=True)

"""Closing accounts and users: what this app does itself, and what it says becomes of its rows.

Everything that spans all apps stands in `imagestudio.lifecycle`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.exceptions import CannotClose, CannotReopen
from imagestudio.accounts.models import (
    Account,
    IdempotencyKey,
    Invitation,
    Membership,
    Role,
    SiteRole,
    Standing,
    Token,
    User,
)
from imagestudio.accounts.services.members import end, lock_account

GRACE = timedelta(days=30)  # until what a closed account held is removed for good
CLOSED_NAME = "Closed account"


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of some rows when an account or a user is closed.

    `count` is how many they are, None for what there is one of.
    """

    what: str
    count: int | None
    becomes: str


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of this app's rows of an account."""
    if account.kind == Account.Kind.TEAM:
        yield Fate(
            "Members",
            account.memberships.count(),
            "none of them reaches it from now on, on any address",
        )
        yield Fate(
            "API tokens", Token.objects.owned_by(account).live().count(), "dead at once, for ever"
        )
    yield Fate(
        "Invitations", Invitation.objects.owned_by(account).live().count(), "let nobody in any more"
    )
    yield Fate(
        "Answers kept for Idempotency-Key",
        IdempotencyKey.objects.filter(account=account).count(),
        "removed",
    )
    yield Fate(
        f"The {account.get_kind_display().lower()} account",
        None,
        "is nameless after 30 days; its address is free again",
    )


@transaction.atomic
def shut(*, account: Account) -> Account:
    """Return the account, closed from now on: to everybody it does not exist.

    Its members stay on record until it is purged. Raises CannotClose when it was closed before.
    """
    if not Account.objects.filter(pk=account.pk, closed_at=None).update(closed_at=Now()):
        raise CannotClose("It was closed before.")
    account.refresh_from_db()
    tokens = Token.objects.owned_by(account).filter(revoked_at=None)
    tokens.update(revoked_at=Now())
    Invitation.objects.owned_by(account).filter(revoked_at=None).update(revoked_at=Now())
    IdempotencyKey.objects.filter(account=account).delete()
    return account


@transaction.atomic
def reopen(*, account: Account) -> Account:
    """Return an account that is open again, with its members; tokens and links stay dead.

    Raises CannotReopen when it is not closed, was closed too long ago, or its person has gone.
    """
    if account.person is not None and account.person.closed_at is not None:
        raise CannotReopen("Its person has closed everything of theirs; that is final.")
    closed = Account.objects.filter(pk=account.pk, purged_at=None, closed_at__gt=Now() - GRACE)
    if not closed.update(closed_at=None):
        raise CannotReopen(f"It is not closed, or was closed more than {GRACE.days} days ago.")
    account.refresh_from_db()
    return account


def due() -> QuerySet[Account]:
    """Return the accounts whose days of grace have passed."""
    closed = Account.objects.filter(purged_at=None, closed_at__lte=Now() - GRACE)
    return closed.order_by("closed_at")


@transaction.atomic
def purge(*, account: Account) -> None:
    """Take name, address and members from a closed account: the last thing that is purged."""
    Membership.objects.owned_by(account).delete()
    closed = Account.objects.filter(pk=account.pk, purged_at=None, closed_at__lte=Now() - GRACE)
    slug = f"closed-{account.pk.hex}"
    closed.update(name=CLOSED_NAME, slug=slug, purged_at=Now())


def teams_left_alone(user: User) -> list[Account]:
    """Return the open teams that would have no owner without this user."""
    mine = Membership.objects.open_to(user).filter(role=Role.OWNER, account__kind=Account.Kind.TEAM)
    return [
        one.account
        for one in mine
        if not one.account.memberships.owners().exclude(pk=one.pk).exists()
    ]


def fates_of_user(user: User) -> Iterator[Fate]:
    """Yield what becomes of a user beside what becomes of their personal account."""
    teams = Membership.objects.open_to(user).filter(account__kind=Account.Kind.TEAM)
    yield Fate(
        "Memberships in teams", teams.count(), "end; what was made there stays with the teams"
    )
    yield Fate(
        "API tokens",
        Token.objects.filter(user=user).live().count(),
        "dead at once, in every account",
    )
    yield Fate(
        "E-mail addresses",
        EmailAddress.objects.filter(user=user).count() or 1,
        "removed; each is free to sign up anew",
    )
    yield Fate(
        "Passkeys, codes and other second factors",
        Authenticator.objects.filter(user=user).count(),
        "removed",
    )
    yield Fate("Your sign-in", None, "ends at once, on every device")


@transaction.atomic
def close_user(*, user: User) -> User:
    """Return the user, closed for good: nameless, without address, and signed out everywhere.

    Their personal account is closed with them. Raises CannotClose, with the teams that have no
    other owner: those are handed over or closed first.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.closed_at is not None:
        raise CannotClose("This user was closed before.")
    teams = locked_teams(user)
    if alone := teams_left_alone(user):
        names = ", ".join(team.name for team in alone)
        raise CannotClose(f"Hand over or close first what has no other owner: {names}.")
    for membership in teams:
        end(membership)
    personal = Account.objects.get(person=user)
    if personal.closed_at is None:
        shut(account=personal)
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=Now())
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    blank(user)
    return user


def locked_teams(user: User) -> Iterable[Membership]:
    """Return a user's memberships in open teams, with the teams locked in the order of their ids.

    Whoever changes members of several accounts locks them in this order, so that none waits for
    another in a ring.
    """
    mine = Membership.objects.open_to(user).filter(account__kind=Account.Kind.TEAM)
    for account_id in sorted(mine.values_list("account_id", flat=True)):
        lock_account(account_id)
    return list(mine.all())


def blank(user: User) -> None:
    """Take from a user what tells who they were; the row stays, for history hangs on it."""
    user.email = f"closed-{uuid7().hex[-12:]}@closed.invalid"
    user.name = ""
    user.site_role = SiteRole.NONE
    user.standing = Standing.CLOSED
    user.is_active = False
    user.closed_at = Now()
    user.set_unusable_password()
    user.save(
        update_fields=[
            *("email", "name", "site_role", "standing", "is_active", "closed_at", "password"),
        ]
    )
    user.refresh_from_db()

"""From a request's user and slug to the membership that all further checks stand on."""

from django.db import transaction

from imagestudio.accounts.exceptions import NoSuchAccount
from imagestudio.accounts.models import Account, Membership, SiteRole, Standing, Trust, User


def membership_of(*, user: User, slug: str) -> Membership:
    """Return the user's membership in the account with this slug, both rows loaded.

    Raises NoSuchAccount when there is none: not a member and no account look the same.
    """
    found = (
        Membership.objects.select_related("account", "user")
        .filter(user=user, account__slug=slug, account__closed_at=None)
        .first()
    )
    if found is None:
        raise NoSuchAccount(f"There is no account {slug[:60]!r}, or you are not a member of it.")
    return found


def personal_membership_of(*, user: User) -> Membership:
    """Return the user's membership in their own personal account."""
    return Membership.objects.select_related("account", "user").get(user=user, account__person=user)


def change_standing(*, user: User, standing: Standing) -> User:
    """Return the user with a new standing. Suspending ends every session and token at once.

    Whoever is closed stays closed.
    """
    active = not standing.shuts_out
    User.objects.filter(pk=user.pk, closed_at=None).update(standing=standing, is_active=active)
    user.refresh_from_db()
    return user


def change_trust(*, user: User, trust: Trust) -> bool:
    """Say whether a user's trust is another one now."""
    others = User.objects.filter(pk=user.pk, closed_at=None).exclude(trust=trust)
    return bool(others.update(trust=trust))


@transaction.atomic
def change_site_role(*, user: User, role: SiteRole) -> SiteRole:
    """Give a user a rank on the installation, from the next request on; return the one before.

    Whoever is closed has none.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if locked.closed_at is None:
        User.objects.filter(pk=user.pk).update(site_role=role)
    return SiteRole(locked.site_role)


def change_account_standing(*, account: Account, standing: Standing) -> Account:
    """Return the account with a new standing; it counts from the next request on.

    A closed account stays closed, and has it when it is opened again.
    """
    Account.objects.filter(pk=account.pk).update(standing=standing)
    account.refresh_from_db()
    return account

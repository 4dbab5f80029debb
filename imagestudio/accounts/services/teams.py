"""Teams: accounts that several people share."""

from django.db import transaction

from imagestudio.accounts.exceptions import BadTeam, TooManyTeams
from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.errors import FieldError

LONGEST_NAME = 100  # characters
# Of one person, closed ones included: each begins with the budget of a new account.
MOST_TEAMS = 5


def checked(name: str) -> str:
    """Return the name of a team without spaces around it. Raises BadTeam."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        words = f"A team has a name of 1 to {LONGEST_NAME} characters."
        raise BadTeam(words, fields=[FieldError("name", "invalid", words)])
    return name


@transaction.atomic
def create_team(*, user: User, name: str) -> Account:
    """Return a new team account whose owner is this user; its slug is made of the name.

    Operators make as many as they like. Raises BadTeam, TooManyTeams.
    """
    name = checked(name)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # so that the count stays true
    made = Account.objects.filter(made_by=user, kind=Account.Kind.TEAM).count()
    if made >= MOST_TEAMS and not user.is_operator:
        raise TooManyTeams(
            f"You have made {MOST_TEAMS} teams. The people who run the studio can make you more."
        )
    return Account.objects.create_for(user, name, name=name, kind=Account.Kind.TEAM)


@transaction.atomic
def rename_account(*, membership: Membership, name: str) -> Account:
    """Return the account under another name. Its slug stays, so that no address breaks.

    Raises RoleTooLow, BadTeam.
    """
    require(Deed.MANAGE_ACCOUNT, membership)
    Account.objects.filter(pk=membership.account_id).update(name=checked(name))
    membership.account.refresh_from_db()
    return membership.account

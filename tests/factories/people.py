"""People, their teams, and how they come in."""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client

from imagestudio.accounts.models import Account, Membership, Scope, Token, User
from imagestudio.accounts.services.access import personal_membership_of
from imagestudio.accounts.services.teams import create_team
from imagestudio.accounts.services.tokens import create_token
from tests.factories.counting import NUMBER

PASSWORD = "a long pass phrase for tests"


def make_user(name: str = "person", **fields: Any) -> User:
    """Return a new user, whose e-mail address and slug begin with the name."""
    return User.objects.create_user(f"{name}-{next(NUMBER)}@example.test", PASSWORD, **fields)


def personal(user: User) -> Membership:
    """Return a user's membership in their personal account."""
    return personal_membership_of(user=user)


def make_team(owner: User, **members: User) -> Account:
    """Return a new team account of this owner with members by role (`creator=…`)."""
    team = create_team(user=owner, name=f"Team {next(NUMBER)}")
    for role, user in members.items():
        Membership.objects.create(account=team, user=user, role=role)
    return team


def with_factor(user: User) -> User:
    """Return a user who has an authenticator app from now on."""
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    return user


def sign_in(user: User, **options: Any) -> Client:
    """Return a browser in which this user is signed in: staff with their second factor."""
    client = Client(**options)
    client.force_login(user)
    factor = Authenticator.objects.filter(user=user).first() if user.is_moderator else None
    if factor is not None:
        show_factor(client, factor)
    return client


def show_factor(client: Client, factor: Authenticator) -> None:
    """Let a browser's session remember that somebody has shown a second factor in it."""
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, factor.user, "mfa", id=factor.pk, type=factor.type)
    request.session.save()


def confirm(client: Client) -> Client:
    """Return the browser, in which the password was just given once more."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
    return client


def bearer(membership: Membership, *scopes: Scope) -> dict[str, str]:
    """Return the headers of a program with a new token of this member.

    It may moderate whoever they are, as if they had had a site role when they made it.
    """
    plain = [scope for scope in scopes if scope != Scope.MODERATE] or [Scope.GENERATE]
    new = create_token(membership=membership, name="test", scopes=plain)
    if list(scopes) != plain:
        Token.objects.filter(pk=new.token.pk).update(scopes=scopes)
    return {"Authorization": f"Bearer {new.secret}"}

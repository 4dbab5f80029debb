"""A team with everybody who may be of interest."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from imagestudio.accounts.models import Account, Membership, Role, SiteRole, User
from tests.factories.people import (
    make_team,
    make_user,
    sign_in,
    with_factor,
)


@dataclass(frozen=True)
class Cast:
    """A team account with a member in each role, and people who are not in it.

    `suspended` is a member whose standing keeps them out; the stranger has a team of their own.
    """

    team: Account
    others: Account
    people: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        """Return the person of this role or name."""
        return self.people[name]

    def membership(self, name: str) -> Membership:
        """Return the membership of this person in the team."""
        return Membership.objects.select_related("account", "user").get(
            account=self.team, user=self.people[name]
        )

    def membership_of_stranger(self) -> Membership:
        """Return the stranger's membership in their own team."""
        return Membership.objects.select_related("account", "user").get(
            account=self.others, user=self.people["stranger"]
        )

    def signed_in(self, name: str, **options: Any) -> Client:
        """Return a browser in which this person is signed in."""
        return sign_in(self.people[name], **options)


def make_cast() -> Cast:
    """Return the cast, new."""
    people = {role.value: make_user(role.value) for role in Role}
    people["stranger"] = make_user("stranger")
    people["suspended"] = make_user("suspended", is_active=False, standing="suspended")
    for rank in (SiteRole.MODERATOR, SiteRole.SENIOR_MODERATOR, SiteRole.OPERATOR):
        people[rank.value] = with_factor(make_user(rank.value, site_role=rank))
    team = make_team(
        people[Role.OWNER],
        admin=people[Role.ADMIN],
        creator=people[Role.CREATOR],
        viewer=people[Role.VIEWER],
    )
    Membership.objects.create(account=team, user=people["suspended"], role=Role.OWNER)
    return Cast(team=team, others=make_team(people["stranger"]), people=people)

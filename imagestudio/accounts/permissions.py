"""What each role may do in an account: one table, read by every door."""

from collections.abc import Mapping
from enum import StrEnum

from imagestudio.accounts.exceptions import RoleTooLow, StandingTooLow
from imagestudio.accounts.models import Account, Membership, Role, Standing, User


class Deed(StrEnum):
    """Something that a member may do in an account."""

    SEE = "see"  # pictures, generations, activity
    GENERATE = "generate"  # spend the account's money
    FAVOURITE = "favourite"  # say what one likes oneself
    CHANGE_LIBRARY = "change_library"  # upload, edit titles, tags and albums, trash, restore
    SHARE = "share"  # make and revoke links for people outside
    PUBLISH = "publish"  # show a picture to everybody, take it back
    EXPORT = "export"  # the whole library, as files
    PURGE = "purge"  # empty the trash: what cannot be undone
    MANAGE_TOKENS = "manage_tokens"  # one's own tokens in this account
    SEE_SPENDING = "see_spending"
    MANAGE_ACCOUNT = "manage_account"
    MANAGE_MEMBERS = "manage_members"  # invite, change roles below owner, remove
    OWN = "own"  # hand the account over, close it
    LEAVE = "leave"
    MAKE_TEAM = "make_team"  # a new account of one's own, wherever one is


EVERY_ROLE = frozenset(Role)
MAKERS = frozenset({Role.OWNER, Role.ADMIN, Role.CREATOR})
MANAGERS = frozenset({Role.OWNER, Role.ADMIN})
OWNERS = frozenset({Role.OWNER})

ALLOWED: Mapping[Deed, frozenset[Role]] = {
    Deed.SEE: EVERY_ROLE,
    Deed.GENERATE: MAKERS,
    Deed.FAVOURITE: EVERY_ROLE,
    Deed.CHANGE_LIBRARY: MAKERS,
    Deed.SHARE: MAKERS,
    Deed.PUBLISH: MAKERS,
    Deed.EXPORT: MANAGERS,
    Deed.PURGE: MANAGERS,
    Deed.MANAGE_TOKENS: MAKERS,
    Deed.SEE_SPENDING: EVERY_ROLE,
    Deed.MANAGE_ACCOUNT: MANAGERS,
    Deed.MANAGE_MEMBERS: MANAGERS,
    Deed.OWN: OWNERS,
    Deed.LEAVE: EVERY_ROLE,
    Deed.MAKE_TEAM: EVERY_ROLE,
}

# Who may give a role, and change or remove those who have it.
GIVEN_BY: Mapping[Role, frozenset[Role]] = {
    Role.OWNER: OWNERS,
    Role.ADMIN: MANAGERS,
    Role.CREATOR: MANAGERS,
    Role.VIEWER: MANAGERS,
}

WORDS: Mapping[Deed, str] = {
    Deed.SEE: "see this account",
    Deed.GENERATE: "make pictures",
    Deed.FAVOURITE: "mark favourites",
    Deed.CHANGE_LIBRARY: "change the library",
    Deed.SHARE: "share pictures with people outside",
    Deed.PUBLISH: "publish pictures",
    Deed.EXPORT: "export the library",
    Deed.PURGE: "remove pictures for good",
    Deed.MANAGE_TOKENS: "manage API tokens",
    Deed.SEE_SPENDING: "see what is spent",
    Deed.MANAGE_ACCOUNT: "manage this account",
    Deed.MANAGE_MEMBERS: "manage its members",
    Deed.OWN: "hand over or close this account",
    Deed.LEAVE: "leave this account",
    Deed.MAKE_TEAM: "make a team",
}


def standing_of(user: User, account: Account) -> Standing:
    """Return the worse of the user's and the account's standing."""
    return max(Standing(user.standing), Standing(account.standing), key=lambda s: s.severity)


def require(deed: Deed, membership: Membership) -> None:
    """Do nothing if this member may do this deed now.

    Raises RoleTooLow or StandingTooLow with a sentence that says why not.
    """
    standing = standing_of(membership.user, membership.account)
    if standing.shuts_out:
        raise StandingTooLow("This account is suspended. Write to the people who run the studio.")
    if deed is Deed.GENERATE and standing.severity >= Standing.GENERATION_BLOCKED.severity:
        raise StandingTooLow("Making pictures is switched off for you or this account for now.")
    if deed is Deed.PUBLISH and standing.severity >= Standing.GALLERY_BLOCKED.severity:
        raise StandingTooLow("Publishing is switched off for you or this account for now.")
    if Role(membership.role) not in ALLOWED[deed]:
        raise RoleTooLow(
            f"As {Role(membership.role).label.lower()} of {membership.account.name} you cannot "
            f"{WORDS[deed]}. Ask an owner of the account."
        )


def require_over(role: Role, membership: Membership) -> None:
    """Do nothing if this member may give this role, and change who has it.

    Raises RoleTooLow or StandingTooLow with a sentence that says why not.
    """
    require(Deed.MANAGE_MEMBERS, membership)
    if Role(membership.role) not in GIVEN_BY[role]:
        raise RoleTooLow(
            f"Only an owner of {membership.account.name} can make, change or remove owners."
        )


def gives(membership: Membership) -> list[Role]:
    """Return the roles that this member may give, the one with the most rights first."""
    if not allows(Deed.MANAGE_MEMBERS, membership):
        return []
    return [role for role in Role if Role(membership.role) in GIVEN_BY[role]]


def allows(deed: Deed, membership: Membership) -> bool:
    """Say whether this member may do this deed now."""
    try:
        require(deed, membership)
    except (RoleTooLow, StandingTooLow):
        return False
    return True

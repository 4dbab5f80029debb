"""Accounts, members, invitations and tokens as the API gives and takes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictInt

from imagestudio.accounts.models import Invitation, Membership, Role, Token
from imagestudio.accounts.services.invitations import DAYS, MOST_DAYS, MOST_USES
from imagestudio.accounts.services.teams import LONGEST_NAME
from imagestudio.accounts.services.tokens import LONGEST_LIFE_DAYS, NewToken
from imagestudio.http.body import Body, Text


class TokenOut(Schema):
    """A token without its secret, which nobody can show again."""

    id: UUID
    name: str
    scopes: list[str]
    hint: str = Field(description="The last four characters")
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, token: Token) -> "TokenOut":
        """Return a token."""
        return cls.model_validate(token, from_attributes=True)


class TokenList(Schema):
    """The caller's own tokens in the account, newest first."""

    items: list[TokenOut]


class NewTokenOut(Schema):
    """A new token, with its secret this one time."""

    token: TokenOut
    secret: str

    @classmethod
    def of(cls, new: NewToken) -> "NewTokenOut":
        """Return a new token."""
        return cls(token=TokenOut.of(new.token), secret=new.secret)


class TokenRequest(Body):
    """A wish for a token."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[Text], Field(min_length=1, max_length=10)]
    days: Annotated[
        StrictInt | None,
        Field(ge=1, le=LONGEST_LIFE_DAYS, description="How long it lives; none: until revoked"),
    ] = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {"name": "Nightly posters", "scopes": ["generate", "library:read"], "days": 90}
            ]
        }
    }


class PlaceOut(Schema):
    """An account, and the caller's role in it."""

    id: UUID
    slug: str
    name: str
    kind: str
    role: str

    @classmethod
    def of(cls, membership: Membership) -> "PlaceOut":
        """Return the account of a membership."""
        account = membership.account
        return cls(
            id=account.pk,
            slug=account.slug,
            name=account.name,
            kind=account.kind,
            role=membership.role,
        )


class AccountList(Schema):
    """The accounts that the caller is a member of, the personal one first."""

    items: list[PlaceOut]


class TeamRequest(Body):
    """What an account is to be called."""

    name: Annotated[Text, Field(min_length=1, max_length=LONGEST_NAME)]

    model_config = {"json_schema_extra": {"examples": [{"name": "Poster workshop"}]}}


class MemberOut(Schema):
    """A member of an account."""

    user_id: UUID
    email: str
    name: str
    role: str
    added_at: datetime

    @classmethod
    def of(cls, membership: Membership) -> "MemberOut":
        """Return the member that a membership is of."""
        return cls(
            user_id=membership.user_id,
            email=membership.user.email,
            name=membership.user.name,
            role=membership.role,
            added_at=membership.added_at,
        )


class MemberList(Schema):
    """Every member of the account, in the order of their coming."""

    items: list[MemberOut]


class RoleRequest(Body):
    """Another role for a member."""

    role: Role


class InvitationOut(Schema):
    """An invitation without its secret, which nobody can show again."""

    id: UUID
    email: str = Field(description="Empty for a link")
    role: str
    made_by: str = Field(description="The e-mail address of who made it")
    made_at: datetime
    expires_at: datetime
    max_uses: int | None
    uses: int

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationOut":
        """Return an invitation."""
        return cls(
            id=invitation.pk,
            email=invitation.email,
            role=invitation.role,
            made_by=invitation.made_by.email,
            made_at=invitation.made_at,
            expires_at=invitation.expires_at,
            max_uses=invitation.max_uses,
            uses=invitation.uses,
        )


class InvitationPage(Schema):
    """A page of the account's open invitations."""

    items: list[InvitationOut]
    next_cursor: str | None


class NewInvitationOut(Schema):
    """An invitation, with its link this one time."""

    invitation: InvitationOut
    link: str

    @classmethod
    def of(cls, invitation: Invitation, link: str) -> "NewInvitationOut":
        """Return a new invitation."""
        return cls(invitation=InvitationOut.of(invitation), link=link)


class InvitationRequest(Body):
    """A wish to invite somebody: an address, or whoever has the link."""

    role: Role
    email: Annotated[Text, Field(max_length=254, description="Empty: a link")] = ""
    days: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)] = DAYS
    max_uses: Annotated[
        StrictInt | None,
        Field(ge=1, le=MOST_USES, description="How many may join by a link; none: any number"),
    ] = None

    model_config = {
        "json_schema_extra": {"examples": [{"role": "creator", "email": "ada@example.com"}]}
    }

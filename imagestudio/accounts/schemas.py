"""Tokens as the API gives and takes them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictInt

from imagestudio.accounts.models import Token
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

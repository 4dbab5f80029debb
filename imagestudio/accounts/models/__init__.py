"""WHO: users, the accounts that own everything, and what a user may do in one."""

from imagestudio.accounts.models.calls import CallCount, IdempotencyKey
from imagestudio.accounts.models.invitations import Invitation
from imagestudio.accounts.models.people import (
    Account,
    Membership,
    Role,
    SiteRole,
    Standing,
    Trust,
    User,
)
from imagestudio.accounts.models.tokens import Scope, Token

__all__ = [
    "Account",
    "CallCount",
    "IdempotencyKey",
    "Invitation",
    "Membership",
    "Role",
    "Scope",
    "SiteRole",
    "Standing",
    "Token",
    "Trust",
    "User",
]

"""API tokens: `ist_`, 30 characters of Base62, and a checksum of 6.

The format follows what GitHub describes for its own tokens, so that a mistyped token is turned
away without asking the database and a scanner for leaked secrets can find one in a text.
"""

import secrets
import string
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.exceptions import BadToken
from imagestudio.accounts.models import Membership, Scope, Token
from imagestudio.accounts.permissions import Deed, require
from imagestudio.accounts.services.factors import require_second_factor
from imagestudio.errors import NotFound

PREFIX = "ist_"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
BODY_LENGTH, CHECKSUM_LENGTH = 30, 6
LONGEST_LIFE_DAYS = 3650


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its secret text, which is shown once and kept nowhere."""

    token: Token
    secret: str


def checksum(body: str) -> str:
    """Return the CRC-32 of a token's body as six Base62 characters."""
    rest, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, 62)
        digits = BASE62[digit] + digits
    return digits


def is_well_formed(secret: str) -> bool:
    """Say whether a text can be a token at all, by its form and checksum."""
    body = secret.removeprefix(PREFIX)
    return (
        secret.startswith(PREFIX)
        and len(body) == BODY_LENGTH + CHECKSUM_LENGTH
        and body.isascii()
        and body.isalnum()
        and checksum(body[:BODY_LENGTH]) == body[BODY_LENGTH:]
    )


def create_token(
    *,
    membership: Membership,
    name: str,
    scopes: Sequence[str],
    days: int | None = None,
    records: Iterable[Mapping[str, Any]] | None = None,
) -> NewToken:
    """Return a new token of this member, good for `days` days or until it is revoked.

    `records` says how they signed in, None on the command line: one that moderates opens the panel
    without a second factor, so that it takes one to make it.
    Raises BadToken for unknown scopes, those of moderators, or a senseless life, RoleTooLow for a
    viewer, and what `require_second_factor` raises.
    """
    require(Deed.MANAGE_TOKENS, membership)
    wanted = list(dict.fromkeys(scopes))
    unknown = sorted(set(wanted) - set(Scope.values))
    if unknown or not wanted:
        raise BadToken(f"Choose scopes among {', '.join(Scope.values)}.")
    if Scope.MODERATE in wanted and not membership.user.is_moderator:
        raise BadToken("Only moderators can make a token that moderates.")
    if Scope.MODERATE in wanted:
        require_second_factor(membership.user, records)
    if days is not None and not 1 <= days <= LONGEST_LIFE_DAYS:
        raise BadToken(f"A token lives between 1 and {LONGEST_LIFE_DAYS} days.")
    if not name.strip() or len(name) > 100:
        raise BadToken("Give the token a name of at most 100 characters.")
    body = "".join(secrets.choice(BASE62) for _ in range(BODY_LENGTH))
    secret = f"{PREFIX}{body}{checksum(body)}"
    token = Token.objects.create(
        account=membership.account,
        user=membership.user,
        name=name.strip(),
        scopes=wanted,
        hash=sha256(secret.encode()).digest(),
        hint=secret[-4:],
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    return NewToken(token, secret)


def find_token(secret: str) -> Token | None:
    """Return the live token with this secret text and note that it was used, or None.

    A token of a closed account, an inactive user, or somebody who is no longer a member is dead.
    """
    if not is_well_formed(secret):
        return None
    token = (
        Token.objects.live()
        .filter(hash=sha256(secret.encode()).digest(), user__is_active=True)
        .filter(account__closed_at=None)
        .select_related("account", "user")
        .first()
    )
    if token is None:
        return None
    # Once a minute is exact enough, and spares a write with every call.
    if token.last_used_at is None or token.last_used_at < timezone.now() - timedelta(minutes=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=Now())
    return token


def revoke_token(*, membership: Membership, token_id: UUID) -> Token:
    """Return the member's own token, dead from now on.

    Raises NotFound when this member has no such token.
    """
    require(Deed.SEE, membership)
    mine = Token.objects.owned_by(membership.account).filter(user=membership.user, pk=token_id)
    if not mine.filter(revoked_at=None).update(revoked_at=Now()):
        raise NotFound("There is no such token, or it was revoked before.")
    return mine.get()

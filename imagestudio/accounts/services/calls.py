"""Counting the calls that programs make, so that one of them cannot crowd out the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import connection

from imagestudio.accounts.models import Token

ACCOUNT_SHARE = 5  # tokens' worth of calls that all tokens of an account may make together


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls a minute has, how many are left of them, and seconds until the next."""

    limit: int
    left: int
    reset: float

    @property
    def is_used_up(self) -> bool:
        """Say whether this call was one too many."""
        return self.left < 0


def count_call(token: Token) -> Allowance:
    """Count one call with this token and return the allowance that is nearer to its end."""
    per_token: int = settings.API_CALLS_PER_MINUTE
    return count({token.pk: per_token, token.account_id: per_token * ACCOUNT_SHARE})


def count(limits: Mapping[UUID, int]) -> Allowance:
    """Count one call for each of some things, which have these limits in a minute.

    Return the allowance that is nearest to its end. One statement counts for all, so that no two
    calls can both be the last one.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            # In one order, whoever calls: two that count for the same rows never wait in a ring.
            "INSERT INTO accounts_callcount AS counted (of, minute, count) "
            "SELECT one, date_trunc('minute', now()), 1 FROM unnest(%s::uuid[]) AS one "
            "ON CONFLICT (of) DO UPDATE SET minute = EXCLUDED.minute, count = CASE "
            "WHEN counted.minute = EXCLUDED.minute THEN counted.count + 1 ELSE 1 END "
            "RETURNING of, count, extract(epoch FROM minute + interval '1 minute' - now())",
            [sorted(limits)],
        )
        counted = [
            Allowance(limits[of], limits[of] - count, float(reset))
            for of, count, reset in cursor.fetchall()
        ]
    return min(counted, key=lambda one: one.left)

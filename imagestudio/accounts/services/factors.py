"""Second factors: what those who look at other people's things have to show beside a password."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from imagestudio.accounts.exceptions import SecondFactorFirst, SecondFactorMissing
from imagestudio.accounts.models import User

Kind = Authenticator.Type
# Recovery codes stand in for a factor that was lost; alone they are only a second password.
FACTORS = (Kind.TOTP, Kind.WEBAUTHN)
FRESH = 600  # seconds for which a factor counts as just shown


def has_second_factor(user: User) -> bool:
    """Say whether a person has an authenticator app or a passkey; recovery codes do not count."""
    return bool(Authenticator.objects.filter(user=user, type__in=FACTORS).exists())


def note_set_up(*, request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """Remember in a session that the factor which was just set up in it was shown by that."""
    if authenticator.type in FACTORS:
        record_authentication(
            request, authenticator.user, "mfa", id=authenticator.pk, type=authenticator.type
        )


def has_only_passkeys(user: User) -> bool:
    """Say whether a person has no authenticator app whose code they could type."""
    return not Authenticator.objects.filter(user=user, type=Kind.TOTP).exists()


def passkeys_of(user: User) -> int:
    """Return how many passkeys a person has."""
    return int(Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN).count())


def require_second_factor(user: User, records: Iterable[Mapping[str, Any]] | None = None) -> None:
    """Do nothing if a person has a second factor, and has shown it in their session.

    `records` says how they signed in, as the session remembers it; None for a program with a
    token. A factor that was taken away since proves nothing.
    Raises SecondFactorMissing, SecondFactorFirst.
    """
    kinds = dict(Authenticator.objects.filter(user=user).values_list("pk", "type"))
    if not set(kinds.values()) & set(FACTORS):
        raise SecondFactorMissing(
            "Who can look at what other people made signs in with more than a password. Set up an "
            "authenticator app or a passkey under “Two-factor sign-in”, then come back."
        )
    if records is None:
        return
    if not any(one.get("method") == "mfa" and one.get("id") in kinds for one in records):
        raise SecondFactorFirst("Confirm it at /accounts/2fa/reauthenticate/, then go on.")


def require_fresh_factor(user: User, records: Iterable[Mapping[str, Any]]) -> None:
    """Do nothing if a person has shown a second factor in their session in the last ten minutes.

    Raises SecondFactorMissing, SecondFactorFirst.
    """
    shown_since = time.time() - FRESH
    fresh = [one for one in records if float(one.get("at") or 0) >= shown_since]
    require_second_factor(user, fresh)

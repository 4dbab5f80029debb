"""What can go wrong with users, accounts and tokens."""

from imagestudio.errors import Conflict, Denied, Invalid, NotFound, TooMany


class NoSuchAccount(NotFound):
    """There is no such account, or this person is not a member of it."""

    code = "account_not_found"
    title = "There is no such account"


class RoleTooLow(Denied):
    """The member's role does not allow the deed."""

    code = "role_too_low"
    title = "Your role in this account does not allow that"


class ScopeMissing(Denied):
    """The token was not made for this."""

    code = "scope_missing"
    title = "This token was not made for that"


class TokenNotEnough(Denied):
    """Only a person who is signed in may do this; no token can be made for it."""

    code = "token_not_enough"
    title = "A token is not enough for this"


class PasswordFirst(Denied):
    """Somebody who is signed in has to show once more who they are."""

    code = "password_first"
    title = "Confirm your password first"


class StandingTooLow(Denied):
    """The user's or the account's standing does not allow the deed."""

    code = "standing"
    title = "Your standing does not allow that"


class SignUpClosed(Denied):
    """The installation takes no new users by itself."""

    code = "signup_closed"
    title = "Sign-up is closed"


class BadToken(Invalid):
    """A token cannot be made like that."""

    code = "bad_token"
    title = "The token cannot be made"


class IdempotencyMismatch(Invalid):
    """An `Idempotency-Key` came again with another request."""

    code = "idempotency_mismatch"
    title = "This Idempotency-Key was used for another request"


class IdempotencyKeyInvalid(Invalid):
    """An `Idempotency-Key` is empty, too long, or not plain text."""

    code = "idempotency_key"
    title = "The Idempotency-Key is not valid"


class StillAtWork(Conflict):
    """The first request with this `Idempotency-Key` has not ended in ten seconds."""

    code = "still_at_work"
    title = "The first request with this Idempotency-Key is still at work"


class TooManyCalls(TooMany):
    """The token, or all tokens of the account, have called too often in this minute."""

    code = "rate_limited"
    title = "Too many calls in this minute"

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


class SecondFactorMissing(Denied):
    """Whoever looks at other people's things needs a second factor beside the password."""

    code = "second_factor_missing"
    title = "Set up a second factor first"


class SecondFactorFirst(Denied):
    """The second factor has not been shown in this session."""

    code = "second_factor_first"
    title = "Confirm your second factor first"


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


class NoSuchMember(NotFound):
    """The account has no such member."""

    code = "member_not_found"
    title = "There is no such member"


class LastOwner(Conflict):
    """An account always has an owner who can sign in."""

    code = "last_owner"
    title = "The account would have no owner"


class PersonalAccount(Conflict):
    """A personal account belongs to one person."""

    code = "personal_account"
    title = "This is a personal account"


class BadTeam(Invalid):
    """A team cannot be made or renamed like that."""

    code = "bad_team"
    title = "The team cannot be called that"


class TooManyTeams(Conflict):
    """This person has made as many teams as one may."""

    code = "too_many_teams"
    title = "You have made enough teams"


class BadInvitation(Invalid):
    """Nobody can be invited like that."""

    code = "bad_invitation"
    title = "The invitation cannot be made"


class AlreadyMember(Conflict):
    """Somebody with this address is a member."""

    code = "already_member"
    title = "They are a member already"


class TooManyInvitations(TooMany):
    """The account has invited as many people today as it may."""

    code = "too_many_invitations"
    title = "Too many invitations"


class NoSuchInvitation(NotFound):
    """There is no such invitation, or it lets nobody in any more."""

    code = "invitation_not_found"
    title = "This invitation is not valid"


class ForSomebodyElse(Denied):
    """The invitation is for an address that is not this person's."""

    code = "invitation_for_another_address"
    title = "This invitation is for somebody else"


class CannotClose(Conflict):
    """It was closed before, or something has to be settled first."""

    code = "cannot_close"
    title = "This cannot be closed now"


class CannotReopen(Conflict):
    """It is not closed, or it is closed for good."""

    code = "cannot_reopen"
    title = "This cannot be reopened"


class StillAtWork(Conflict):
    """The first request with this `Idempotency-Key` has not ended in ten seconds."""

    code = "still_at_work"
    title = "The first request with this Idempotency-Key is still at work"


class TooManyCalls(TooMany):
    """The token, or all tokens of the account, have called too often in this minute."""

    code = "rate_limited"
    title = "Too many calls in this minute"

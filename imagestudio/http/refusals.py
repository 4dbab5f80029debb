"""What is wrong with a request as HTTP, before it reaches any part of the studio.

StudioError
├── Malformed            it cannot even be read (400)
├── Unauthenticated      nobody is signed in and no valid token was sent (401)
├── MethodNotAllowed     the address is there, but not for this method (405)
├── LengthRequired       a form came without saying how long it is (411)
├── Broken               the studio failed; the request is not to blame (500)
├── Denied
│   └── CsrfFailed       signed in by cookie, but without the token of a page of the studio
└── NotFound
└── NoSuchAddress    no operation has this address
"""

from imagestudio.errors import Denied, NotFound, StudioError


class Malformed(StudioError):
    """The request cannot be read: broken JSON, broken multipart, or a broken header."""

    code = "malformed"
    title = "The request cannot be read"


class Unauthenticated(StudioError):
    """Nobody is signed in, and no valid token was sent."""

    code = "unauthenticated"
    title = "Sign in, or send a token"


class MethodNotAllowed(StudioError):
    """There is something at this address, but it does not take this method."""

    code = "method_not_allowed"
    title = "This address does not take that method"


class LengthRequired(StudioError):
    """A body came without its length, and cannot be read without it."""

    code = "length_required"
    title = "The length of the body is missing"


class Broken(StudioError):
    """The studio itself has failed."""

    code = "internal"
    title = "Something went wrong here"


class CsrfFailed(Denied):
    """A changing request by cookie came without the token that the studio's pages carry."""

    code = "csrf"
    title = "The X-CSRFToken header is missing or wrong"


class NoSuchAddress(NotFound):
    """No operation of the API has this address."""

    code = "no_such_address"
    title = "There is nothing at this address"

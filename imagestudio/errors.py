"""The base of every error that the studio raises on purpose.

    StudioError
    ├── Invalid              the request cannot be carried out as it is written
    ├── UnsupportedMedia     these bytes are of a kind the studio does not take
    ├── TooLarge             more bytes than the studio takes
    ├── NotFound             no such thing, or not yours: the two cannot be told apart
    ├── Denied               yours to see, but your role, scope or standing does not allow the deed
    ├── Unaffordable         the budget does not cover it
    ├── Conflict             the state it is in does not allow the deed
    ├── TooMany              too often; again later
    └── Unavailable          something the studio stands on is away; again later

Each app derives its own errors from these. The category says what went wrong in general and
`imagestudio.http.problems` is the one place that turns it into an HTTP status.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with one field of a request."""

    field: str
    code: str
    message: str


class StudioError(Exception):
    """An error that a person or program is meant to read.

    `code` is a stable word for programs, the message is a sentence for people that says what to
    do next. `fields` names what is wrong where, `extra` carries numbers a client may show.
    """

    code = "error"
    title = "Something went wrong"
    commits: ClassVar[bool] = False  # what was written before it stays, and is not rolled back
    exact_codes: ClassVar[Mapping[str, str]] = {}  # more exact codes, and what each one says

    def __init__(
        self,
        message: str = "",
        *,
        code: str | None = None,
        fields: Sequence[FieldError] = (),
        retry_after: float | None = None,
        **extra: object,
    ) -> None:
        """Take the sentence to show, a more exact `code`, and seconds until a new try can help."""
        super().__init__(message or self.title)
        if code is not None:
            self.code = code
        self.fields = tuple(fields)
        self.retry_after = retry_after
        self.extra = extra


class Invalid(StudioError):
    """The request cannot be carried out as it is written."""

    code = "invalid"
    title = "The request is not valid"


class UnsupportedMedia(StudioError):
    """These bytes are of a kind the studio does not take."""

    code = "unsupported_media"
    title = "This kind of file is not supported"


class TooLarge(StudioError):
    """More bytes than the studio takes."""

    code = "too_large"
    title = "This is too large"


class NotFound(StudioError):
    """No such thing, or not yours: the two cannot be told apart."""

    code = "not_found"
    title = "Not found"


class Denied(StudioError):
    """Yours to see, but your role, scope or standing does not allow the deed."""

    code = "denied"
    title = "Not allowed"


class Unaffordable(StudioError):
    """The budget does not cover it."""

    code = "budget_exceeded"
    title = "The budget does not cover this"


class Conflict(StudioError):
    """The state it is in does not allow the deed."""

    code = "conflict"
    title = "That is not possible now"


class TooMany(StudioError):
    """Too often; again later."""

    code = "too_many"
    title = "Too many requests"


class Unavailable(StudioError):
    """Something the studio stands on is away; again later."""

    code = "unavailable"
    title = "Not available right now"

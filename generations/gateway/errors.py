"""What can go wrong with a call to the gateway, and what each case means for money.

GatewayError
├── NotBilled            it is certain that nothing was charged
│   ├── NotSent              no byte of the body left: may be sent again by the machine
│   │   └── SourceLost           because a source could not be read
│   ├── RateLimited          the gateway asked to slow down: may be sent again by the machine
│   ├── Credentials          account, gateway or token are not accepted
│   ├── ProviderBudget       the gateway's prepaid money is used up
│   │   └── SpendLimit           a spend rule of the gateway is reached
│   ├── ModelNotFound        the gateway does not know the model
│   ├── TooLarge             the request is larger than the gateway takes
│   └── InvalidRequest       a field of the request was not accepted
└── MaybeBilled          the provider may have been called, and may have charged
    ├── Refused              a safety system said no, before or after the picture was made
    ├── UnknownOutcome       the call broke off, or its answer says nothing certain
    └── BadAnswer            an answer came that holds no readable picture

LogUnavailable           the gateway's log cannot be read: it proves nothing either way
└── LogUnsearchable          it can be read, but not searched for a call
"""

from enum import StrEnum
from typing import ClassVar


class Billed(StrEnum):
    """Whether a failed call may have cost money."""

    NO = "no"
    MAYBE = "maybe"


class GatewayError(Exception):
    """A call to the gateway that brought no picture.

    `message` and `raw` are safe to store and to show as text: secrets and control characters
    are taken out and their length is bounded. They are not escaped for HTML.
    """

    code: ClassVar[str]  # one stable word per class, for rows, APIs and pages
    billed: ClassVar[Billed]
    resend: ClassVar[bool] = False  # the machine may send again, as a new attempt

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        gateway_code: str | None = None,
        retry_after: float | None = None,
        log_id: str | None = None,
        raw: str = "",
    ) -> None:
        """Keep what is known of the failure; `retry_after` is in seconds, from 0 to 60."""
        super().__init__(message)
        self.message = message
        self.http_status = http_status
        self.gateway_code = gateway_code
        self.retry_after = retry_after
        self.log_id = log_id
        self.raw = raw


class NotBilled(GatewayError):
    """It is certain that nothing was charged."""

    code = "not_billed"
    billed = Billed.NO


class NotSent(NotBilled):
    """No byte of the body was handed to the network."""

    code = "not_sent"
    resend = True


class SourceLost(NotSent):
    """A source could not be read while the body was built; it may be readable again later."""

    code = "source_unavailable"


class RateLimited(NotBilled):
    """The gateway asked to slow down (429)."""

    code = "rate_limited"
    resend = True


class Credentials(NotBilled):
    """The account, the gateway's name or the token are not accepted: an operator must act."""

    code = "credentials"


class ProviderBudget(NotBilled):
    """The money behind the gateway is used up (402): an operator must act."""

    code = "provider_budget"


class SpendLimit(ProviderBudget):
    """A spend rule of the gateway is reached (429).

    Not sent again by the machine although it is a 429: such rules count hours or days, so
    another try within a minute only spends the slot.
    """

    code = "spend_limit"


class ModelNotFound(NotBilled):
    """The gateway does not know this model."""

    code = "model_not_found"


class TooLarge(NotBilled):
    """The request is larger than the gateway takes (413)."""

    code = "too_large"


class InvalidRequest(NotBilled):
    """The gateway or the provider did not accept a field of the request (400)."""

    code = "invalid_request"


class MaybeBilled(GatewayError):
    """The provider may have been called, and may have charged."""

    code = "maybe_billed"
    billed = Billed.MAYBE


class Refused(MaybeBilled):
    """A safety system said no; it may have looked at the finished picture, so it may cost."""

    code = "refused"


class UnknownOutcome(MaybeBilled):
    """The call broke off after the body began to leave, or the answer says nothing certain."""

    code = "unknown_outcome"


class BadAnswer(MaybeBilled):
    """An answer came that holds no readable picture.

    `content` is the answer as it came (bytes, below the client's cap; empty when it was cut),
    unredacted, to be kept in storage until the attempt is settled or written off.
    """

    code = "bad_answer"

    def __init__(
        self,
        message: str,
        *,
        http_status: int | None = None,
        gateway_code: str | None = None,
        log_id: str | None = None,
        raw: str = "",
        content: bytes = b"",
    ) -> None:
        """Keep what is known of the failure, and the answer itself."""
        super().__init__(
            message, http_status=http_status, gateway_code=gateway_code, log_id=log_id, raw=raw
        )
        self.content = content


class LogUnavailable(Exception):
    """The gateway's log cannot be read now, or not at all; `message` is safe to show."""

    def __init__(self, message: str) -> None:
        """Say why the log cannot be read."""
        super().__init__(message)
        self.message = message


class LogUnsearchable(LogUnavailable):
    """The log answers, but not to the question: it cannot be searched for a call."""

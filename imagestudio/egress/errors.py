"""Why a fetch brought nothing. No message contains a full address: its query may be a secret.

EgressError
├── ForbiddenAddress     the address may not be fetched: nothing was connected to
├── TooLarge             the other side sends more than the ceiling
└── FetchFailed          the other side did not deliver; `transient`: it may do so later
"""


class EgressError(Exception):
    """A fetch that brought nothing; `host` is the name in the address, empty if it has none."""

    def __init__(self, message: str, *, host: str) -> None:
        """Say what happened in a sentence that is safe to store and to show as text."""
        super().__init__(message)
        self.message = message
        self.host = host


class ForbiddenAddress(EgressError):
    """The address may not be fetched: nothing was connected to."""


class TooLarge(EgressError):
    """The other side sends more bytes than the ceiling."""


class FetchFailed(EgressError):
    """The other side did not deliver; `transient` tells whether it may do so later."""

    def __init__(
        self, message: str, *, host: str, transient: bool, status: int | None = None
    ) -> None:
        """Keep the HTTP status if there was one."""
        super().__init__(message, host=host)
        self.transient = transient
        self.status = status

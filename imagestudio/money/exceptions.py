"""What can go wrong with money."""

from uuid import UUID

from imagestudio.errors import Conflict, Denied, NotFound, Unaffordable


class BudgetExceeded(Unaffordable):
    """The month's budget of the account, or of the member, does not cover the upper bound."""

    code = "budget_exceeded"
    title = "The budget does not cover this"

    def __init__(
        self,
        message: str = "",
        *,
        account_id: UUID | None = None,
        member_id: UUID | None = None,
        left_micros: int = 0,
        needed_micros: int = 0,
    ) -> None:
        """Take whose limit it is (no member: the account's), what is left, what one hold needs."""
        super().__init__(
            message,
            left_micros=left_micros,
            needed_micros=needed_micros,
            budget="member" if member_id else "account",
        )
        self.account_id = account_id
        self.member_id = member_id
        self.left = left_micros
        self.needed = needed_micros


class HoldAlreadyResolved(Conflict):
    """A hold is settled or released once."""

    code = "hold_resolved"
    title = "This hold was settled or released before"


class OperatorsOnly(Denied):
    """Only those who run the installation may do this: its credentials pay."""

    code = "operators_only"
    title = "Only the people who run the studio can do that"


class NothingToRaise(Conflict):
    """There is no limit that could be raised."""

    code = "no_limit"
    title = "There is no limit to raise"


class NoSuchRequest(NotFound):
    """There is no such request for a budget in this account."""

    code = "budget_request_not_found"
    title = "There is no such request"


class RequestAnswered(Conflict):
    """A request for a budget is answered once."""

    code = "budget_request_answered"
    title = "This request was answered before"

"""What can go wrong with money."""

from imagestudio.errors import Conflict, Unaffordable


class BudgetExceeded(Unaffordable):
    """The month's budget of the account, or of the member, does not cover the upper bound."""

    code = "budget_exceeded"
    title = "The budget does not cover this"


class HoldAlreadyResolved(Conflict):
    """A hold is settled or released once."""

    code = "hold_resolved"
    title = "This hold was settled or released before"

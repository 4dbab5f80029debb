"""What can be done with money: limits, holds, and asking for more. Amounts are micro-dollars."""

from imagestudio.money.services.amounts import dollars
from imagestudio.money.services.budgets import (
    apply_default_budget,
    set_account_budget,
    set_budget,
    set_member_budget,
)
from imagestudio.money.services.holds import adjust, release, settle, take_hold, within_limits
from imagestudio.money.services.lines import note_refusal, refusals_noted
from imagestudio.money.services.periods import period_of, this_month
from imagestudio.money.services.requests import (
    answer_as_operator,
    answer_request,
    ask_for_budget,
)

__all__ = [
    "adjust",
    "answer_as_operator",
    "answer_request",
    "apply_default_budget",
    "ask_for_budget",
    "dollars",
    "note_refusal",
    "period_of",
    "refusals_noted",
    "release",
    "set_account_budget",
    "set_budget",
    "set_member_budget",
    "settle",
    "take_hold",
    "this_month",
    "within_limits",
]

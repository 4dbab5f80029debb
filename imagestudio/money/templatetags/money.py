"""Amounts on pages, and the bar about limits."""

from typing import Any

from django import template

from imagestudio.accounts.models import Membership
from imagestudio.money.services import dollars
from imagestudio.money.spending.months import Standing, standing_of
from imagestudio.money.spending.usage import EARLIER, OTHERS

NAMES = {EARLIER: "Earlier, not written down", OTHERS: "All other members"}

register = template.Library()


@register.filter(name="dollars")
def exactly(micros: int | None) -> str:
    """Return micro-dollars as dollars, a dash for nothing known."""
    return "–" if micros is None else dollars(micros)


@register.filter
def about(micros: int) -> str:
    """Return micro-dollars as dollars for a button: two digits, three for less than a cent."""
    amount = micros / 1_000_000
    return f"${amount:.2f}" if amount >= 0.01 or amount == 0 else f"${amount:.3f}"


@register.filter
def typed(micros: int | None) -> str:
    """Return micro-dollars as a field of a form holds dollars, nothing for no limit."""
    return "" if micros is None else f"{micros / 1_000_000:.2f}"


@register.filter
def exact(micros: int) -> str:
    """Return micro-dollars as dollars with every digit that is not a nought at the end."""
    digits = f"{abs(micros) / 1_000_000:.6f}".rstrip("0")
    whole, _, rest = digits.partition(".")
    return f"{'-' if micros < 0 else ''}${whole}.{rest:0<2}"


@register.filter
def in_full(micros: int) -> str:
    """Return micro-dollars as dollars with all six digits, a dash for nothing: for columns."""
    return f"{'-' if micros < 0 else ''}${abs(micros) / 1_000_000:.6f}" if micros else "–"


@register.filter
def named(key: object) -> str:
    """Return what the spending of nobody in particular is called; anything else as it is."""
    return NAMES.get(str(key), str(key))


@register.inclusion_tag("money/_notice.html")
def budget_notice(membership: Membership) -> dict[str, Any]:
    """Show which limits are nearly or wholly used, and the way to ask for more."""
    return {"standing": standing_of(membership), "here": membership.account}


@register.inclusion_tag("money/_ask.html")
def ask_for_budget(standing: Standing, whose: str) -> dict[str, Any]:
    """Show the way to those who can raise a limit: a button, that they were asked, or a link."""
    asked = standing.asked
    return {
        "asked": asked if asked and asked.whose == whose else None,
        "may_ask": standing.may_ask,
        "may_raise": whose in standing.may_raise,
        "here": standing.account,
        "whose": whose,
    }

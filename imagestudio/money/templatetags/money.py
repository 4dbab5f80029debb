"""Amounts on pages."""

from django import template

from imagestudio.money.services import dollars

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

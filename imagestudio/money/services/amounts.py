"""Amounts between people and rows: dollars outside, integers of micro-dollars inside."""

from decimal import Decimal, InvalidOperation

from imagestudio.errors import Invalid

LARGEST = 1_000_000  # dollars a month; a slip of the finger is more likely than a need
MICROS = 1_000_000


def dollars(micros: int) -> str:
    """Return an amount for people: two digits, four when it is small."""
    amount = abs(micros) / MICROS
    sign = "-" if micros < 0 else ""
    return f"{sign}${amount:.2f}" if amount >= 0.1 or amount == 0 else f"{sign}${amount:.4f}"


def limit_from(text: str) -> int | None:
    """Return a monthly limit in micro-dollars from a text such as `12.50`; None for `none`.

    Raises Invalid.
    """
    if text.strip().lower() == "none":
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Invalid(f"{text!r} is not an amount of dollars, nor `none`.") from None
    if not amount.is_finite() or not 0 <= amount <= LARGEST:
        raise Invalid(f"A budget lies between 0 and {LARGEST} dollars a month.")
    return int(amount * MICROS)

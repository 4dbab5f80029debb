"""Sets what an account may spend in a month."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import Account
from imagestudio.money.services import dollars, set_budget

LARGEST = 1_000_000  # dollars; a slip of the finger is more likely than a need


def micros(text: str) -> int | None:
    """Return micro-dollars from a text such as `12.50`, or None for `none`."""
    if text.lower() == "none":
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise CommandError(f"{text!r} is not an amount of dollars, nor `none`.") from None
    if not amount.is_finite() or not 0 <= amount <= LARGEST:
        raise CommandError(f"A budget lies between 0 and {LARGEST} dollars a month.")
    return int(amount * 1_000_000)


class Command(BaseCommand):
    help = "Set how many dollars an account may spend in a month, from now on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the account, as in its address /a/SLUG/")
        parser.add_argument("dollars", help="such as 12.50, or `none` for no limit")

    def handle(self, *_args: str, **options: Any) -> None:
        account = Account.objects.filter(slug=options["slug"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['slug']!r}.")
        period = set_budget(account=account, limit=micros(options["dollars"]))
        limit = "no limit" if period.limit is None else f"{dollars(period.limit)} a month"
        self.stdout.write(
            f"{account.slug}: {limit}; this month {dollars(period.settled)} spent, "
            f"{dollars(period.held)} held."
        )

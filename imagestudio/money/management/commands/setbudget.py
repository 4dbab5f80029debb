"""Sets what an account, or one of its members, may spend in a month."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import Account, User
from imagestudio.errors import Invalid
from imagestudio.money.services import dollars, set_budget
from imagestudio.money.services.amounts import limit_from


class Command(BaseCommand):
    help = "Set how many dollars an account, or one member, may spend in a month, from now on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the account, as in its address /a/SLUG/")
        parser.add_argument("dollars", help="such as 12.50, or `none` for no limit")
        parser.add_argument("--member", metavar="EMAIL", help="only this member's share")

    def handle(self, *_args: str, **options: Any) -> None:
        account = Account.objects.filter(slug=options["slug"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['slug']!r}.")
        member = member_of(account, options["member"]) if options["member"] else None
        try:
            limit = limit_from(options["dollars"])
        except Invalid as error:
            raise CommandError(str(error)) from error
        period = set_budget(account=account, limit=limit, member=member)
        words = "no limit" if period.limit is None else f"{dollars(period.limit)} a month"
        whose = f"{member} in {account.slug}" if member else account.slug
        self.stdout.write(
            f"{whose}: {words}; this month {dollars(period.settled)} spent, "
            f"{dollars(period.held)} held."
        )


def member_of(account: Account, email: str) -> User:
    """Return the account's member with this e-mail address. Raises CommandError."""
    user = User.objects.filter(memberships__account=account, email__iexact=email).first()
    if user is None:
        raise CommandError(f"{email!r} is not a member of {account.slug!r}.")
    return user

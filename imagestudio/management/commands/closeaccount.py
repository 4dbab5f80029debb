"""Closes a team account, or opens one again that was closed by mistake."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import Account
from imagestudio.accounts.services.closing import GRACE, reopen
from imagestudio.errors import StudioError
from imagestudio.lifecycle import close_account, fates_of_account


class Command(BaseCommand):
    help = "Close a team account and say what becomes of what. A worker does the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="as in its address, /a/SLUG/")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--dry-run", action="store_true", help="only say it, change nothing")
        which.add_argument(
            "--reopen", action="store_true", help=f"open it again, within {GRACE.days} days"
        )

    def handle(self, *_args: str, **options: Any) -> None:
        account = Account.objects.filter(slug=options["slug"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['slug']}.")
        try:
            if options["reopen"]:
                reopen(account=account)
                self.stdout.write(f"{account.name} is open again, with its members.")
                return
            for fate in fates_of_account(account):
                count = "" if fate.count is None else f"{fate.count:,}"
                self.stdout.write(f"{count:>9}  {fate.what}: {fate.becomes}")
            if not options["dry_run"]:
                close_account(account=account)
                self.stdout.write(f"{account.name} is closed.")
        except StudioError as error:
            raise CommandError(str(error)) from error

"""Closes a user for good, and their personal account with them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import User
from imagestudio.errors import StudioError
from imagestudio.lifecycle import close_user, fates_of_user


class Command(BaseCommand):
    help = "Close a user for good and say what becomes of what. A worker does the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--dry-run", action="store_true", help="only say it, change nothing")

    def handle(self, *_args: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"There is no user {options['email']}.") from None
        try:
            for fate in fates_of_user(user):
                count = "" if fate.count is None else f"{fate.count:,}"
                self.stdout.write(f"{count:>9}  {fate.what}: {fate.becomes}")
            if not options["dry_run"]:
                close_user(user=user)
                self.stdout.write("The user is closed.")
        except StudioError as error:
            raise CommandError(str(error)) from error

"""Prints an API token, alone on stdout, so that a script can take it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import Scope, User
from imagestudio.accounts.services.access import membership_of, personal_membership_of
from imagestudio.accounts.services.tokens import create_token
from imagestudio.errors import StudioError


class Command(BaseCommand):
    help = "Make an API token for a user and print it. It is shown only now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--account", help="the account's slug (default: the personal one)")
        parser.add_argument(
            "--scopes",
            default="generate,library:read,library:write,account:read",
            help=f"comma-separated, of {', '.join(Scope.values)} (default: %(default)s)",
        )
        parser.add_argument("--days", type=int, help="how long it lives (default: until revoked)")
        parser.add_argument("--name", default="Command line")

    def handle(self, *_args: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["email"])
            membership = (
                membership_of(user=user, slug=options["account"])
                if options["account"]
                else personal_membership_of(user=user)
            )
            new = create_token(
                membership=membership,
                name=options["name"],
                scopes=options["scopes"].split(","),
                days=options["days"],
            )
        except User.DoesNotExist:
            raise CommandError(f"There is no user {options['email']}.") from None
        except StudioError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(new.secret)

"""Writes the library of an account into a file or a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.services.details import details_of
from imagestudio.accounts.models import Account, User
from imagestudio.errors import StudioError
from imagestudio.library.archive import lay_out, write_whole, zipped
from imagestudio.library.services.exports import export_of


class Command(BaseCommand):
    help = (
        "Write an account's library into a ZIP (PATH ends in .zip) or a folder. A folder that is "
        "there is brought up to date: pictures that are in it are not written again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the account, as in its address /a/SLUG/")
        parser.add_argument("path", type=Path, help="FILE.zip, or a folder")
        parser.add_argument("--user", metavar="EMAIL", help="whose favourites are marked")

    def handle(self, *_args: str, **options: Any) -> None:
        account = Account.objects.filter(slug=options["slug"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['slug']!r}.")
        user = user_of(options["user"]) if options["user"] else None
        path: Path = options["path"]
        entries = export_of(account=account, user=user, details=details_of, say=self.stderr.write)
        try:
            if path.suffix == ".zip":
                write_whole(path, zipped(entries))
            else:
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
                lay_out(entries, path)
        except StudioError as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        self.stdout.write(f"The library of {account.slug} is in {path}.")


def user_of(email: str) -> User:
    """Return the user with this e-mail address. Raises CommandError."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        raise CommandError(f"There is no user {email!r}.")
    return user

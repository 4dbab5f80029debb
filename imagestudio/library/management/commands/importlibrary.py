"""Brings an export into an account."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import User
from imagestudio.accounts.services.access import membership_of
from imagestudio.errors import StudioError
from imagestudio.library.services.imports import import_library

REFUSED, STOPPED = 1, 2  # exit statuses


class Command(BaseCommand):
    help = (
        "Bring an export, a ZIP or a folder, into an account. Doing it again brings only what is "
        "not there yet. Status 1 when something could not be taken, 2 when it broke off."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the account, as in its address /a/SLUG/")
        parser.add_argument("path", type=Path, help="the export: a ZIP or a folder")
        parser.add_argument(
            "--user", metavar="EMAIL", required=True, help="the member who brings it in"
        )

    def handle(self, *_args: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        try:
            membership = membership_of(user=user, slug=options["slug"])
            done = import_library(
                membership=membership, path=options["path"], say=self.stderr.write
            )
        except StudioError as error:
            raise CommandError(str(error), returncode=STOPPED) from error
        for refusal in done.refusals:
            self.stdout.write(refusal)
        self.stdout.write(
            f"{done.images:,} pictures and {done.albums:,} albums are new; "
            f"{done.known_images:,} and {done.known_albums:,} were there."
        )
        if done.refused:
            raise CommandError(f"{done.refused:,} could not be taken.", returncode=REFUSED)

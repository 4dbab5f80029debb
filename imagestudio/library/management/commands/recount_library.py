"""Counts what libraries hold anew, or proves the counts."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.library.services.counts import compare_counts, recount


class Command(BaseCommand):
    help = "Count what libraries hold anew. Nobody who writes to one has to wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing, only compare")

    def handle(self, *_args: str, **options: Any) -> None:
        if not options["check"]:
            recount()
        found = compare_counts()
        if found:
            raise CommandError(
                f"Counts differ from the rows: {found.shelves} of months, {found.totals} in all, "
                f"{found.places} of tags, albums and favourites."
            )
        self.stdout.write("The counts are what the rows say.")

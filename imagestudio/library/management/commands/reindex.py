"""Takes pictures into the index of words."""

import math
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from imagestudio.library.services.indexing import index_all, index_waiting


class Command(BaseCommand):
    help = "Take pictures into the index of words that are not in it yet; can be broken off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every picture anew")

    def handle(self, *_args: str, **options: Any) -> None:
        if options["all"]:
            done = index_all(told=self.tell)
        else:
            done = index_waiting(seconds=math.inf, told=self.tell)
        self.stdout.write(f"{done:,} pictures were taken into the index.")

    def tell(self, count: int) -> None:
        """Say how many are done."""
        self.stdout.write(f"{count:,} …")

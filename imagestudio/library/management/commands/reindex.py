"""Takes pictures into the index of words."""

import math
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from imagestudio.library.services.indexing import forget_index, index_waiting


class Command(BaseCommand):
    help = "Take pictures into the index of words that are not in it yet; can be broken off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every picture anew")

    def handle(self, *_args: str, **options: Any) -> None:
        if options["all"]:
            forget_index()
        done = index_waiting(seconds=math.inf, told=lambda count: self.stdout.write(f"{count:,} …"))
        self.stdout.write(f"{done:,} pictures were taken into the index.")

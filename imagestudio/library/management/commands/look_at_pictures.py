"""Looks at pictures that were not looked at yet."""

import math
from typing import Any

from django.core.management.base import BaseCommand

from imagestudio.library.services.appearances import look_at_waiting


class Command(BaseCommand):
    help = (
        "Look at the pictures that were not looked at yet, so that similar ones and colours are "
        "found; can be broken off."
    )

    def handle(self, *_args: str, **_options: Any) -> None:
        done = look_at_waiting(
            seconds=math.inf, told=lambda count: self.stdout.write(f"{count:,} …")
        )
        self.stdout.write(f"{done:,} pictures were looked at.")

"""Compares storage and rows both ways. Never deletes anything."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generations.services.stored import attempts_of
from imagestudio.errors import StudioError
from imagestudio.library.models import StorageCheck
from imagestudio.library.services import checks

FOUND, STOPPED = 1, 2  # exit statuses: something is wrong; it could not be finished


class Command(BaseCommand):
    help = (
        "Compare what storage holds with the rows, both ways, and say what is missing, damaged or "
        "without a row. Only reads, unless it is told to; never deletes. Status 1 when something "
        "is wrong, 2 when it could not be finished: then --resume goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--verify", action="store_true", help="read every original again")
        parser.add_argument(
            "--quarantine",
            action="store_true",
            help="move bytes without a row, older than a day, below quarantine/",
        )
        parser.add_argument(
            "--remake", action="store_true", help="make missing renditions from their originals"
        )
        parser.add_argument(
            "--despite-many", action="store_true", help="move even a large part of the storage"
        )
        parser.add_argument("--hours", type=int, default=24, help="how old bytes without a row are")
        parser.add_argument("--resume", metavar="RUN", help="go on with this check")
        parser.add_argument("--bring-back", metavar="RUN", help="undo what --quarantine moved")
        parser.add_argument("--json", action="store_true", help="say it as one JSON object")

    def handle(self, *_args: str, **options: Any) -> None:
        say = self.stderr.write
        try:
            if options["bring_back"]:
                self.bring_back(run_of(options["bring_back"]), say)
                return
            run = run_of(options["resume"]) if options["resume"] else None
            if run is None or run.listed_at is None:
                young = timedelta(hours=max(1, options["hours"]))
                run = checks.compare(attempts_of=attempts_of, say=say, young=young)
            say(f"This is check {run.pk}.")
            work(run, options, say)
        except StudioError as error:
            raise CommandError(str(error), returncode=STOPPED) from error
        self.tell(run, as_json=options["json"])

    def bring_back(self, run: StorageCheck, say: Callable[[str], object]) -> None:
        back, left = checks.bring_back(run=run, say=say)
        self.stdout.write(f"{back} are back where they were; {left} are not.")
        if left:
            raise CommandError("Not everything could go back.", returncode=FOUND)

    def tell(self, run: StorageCheck, *, as_json: bool) -> None:
        report = checks.report_of(run)
        if as_json:
            self.stdout.write(
                json.dumps(
                    {
                        "run": str(run.pk),
                        "keys": run.keys,
                        "bytes": run.bytes,
                        "is_clean": report.is_clean,
                        "put_aside": report.put_aside,
                        "found": [asdict(one) for one in report.found],
                        "problems": [asdict(one) for one in checks.named(run)],
                    }
                )
            )
        else:
            self.stdout.write(f"{run.keys:,} objects of {run.bytes / 1e9:,.2f} GB were compared.")
            for one in report.found:
                self.stdout.write(f"  {one.count:,} × {one.label.lower()} ({one.bytes:,} bytes)")
            for each in checks.named(run):
                whose = f", of {each.account}: {', '.join(each.images)}" if each.account else ""
                self.stdout.write(f"{each.kind} {each.key}{whose}")
            if report.put_aside:
                self.stdout.write(
                    f"{report.put_aside:,} lie below quarantine/{run.pk}/. "
                    f"To undo it: check_storage --bring-back {run.pk}"
                )
        if not report.is_clean:
            raise CommandError("Something is wrong with the storage.", returncode=FOUND)
        if not as_json:
            self.stdout.write("Storage and rows agree.")


def work(run: StorageCheck, options: dict[str, Any], say: Callable[[str], object]) -> None:
    """Do beyond comparing what was asked for. Raises StudioError."""
    if options["verify"]:
        checks.verify(run=run, say=say)
    if options["remake"]:
        checks.remake(run=run, say=say)
    if options["quarantine"]:
        checks.put_aside(run=run, despite_many=options["despite_many"], say=say)
    checks.end(run=run)


def run_of(text: str) -> StorageCheck:
    """Return the check with this id. Raises CommandError."""
    try:
        found = StorageCheck.objects.filter(pk=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise CommandError(f"There is no check {text!r}.")
    return found

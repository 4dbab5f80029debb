"""Proves that the counters of every budget are the sums of the ledger's entries."""

from django.core.management.base import BaseCommand, CommandError

from imagestudio.money.services.proof import check_ledger


class Command(BaseCommand):
    help = "Compare every budget's counters and every hold with the ledger; change nothing."

    def handle(self, *_args: str, **_options: object) -> None:
        periods = holds = entries = differences = 0
        for proof in check_ledger():
            periods, holds = periods + proof.periods, holds + proof.holds
            entries, differences = entries + proof.entries, differences + len(proof.differences)
            for difference in proof.differences:
                self.stdout.write(f"{proof.month:%Y-%m}: {difference}")
        counted = f"{periods} periods, {holds} holds, {entries} entries"
        if differences:
            raise CommandError(f"{differences} differences in {counted}.", returncode=1)
        self.stdout.write(f"{counted} agree.")

"""Tries again to fetch paid results whose addresses were refused or did not answer."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand

from generations.execution import Upstream, configured_upstream, refetch
from generations.models import Attempt
from generations.services.attempts import Claim


class Command(BaseCommand):
    help = "Fetch again what was paid for but could not be fetched, after RESULT_HOSTS was changed."

    def handle(self, *_args: str, **_options: Any) -> None:
        lost = [
            (Claim(attempt.generation_id, attempt.pk, attempt.epoch), attempt.answer)
            for attempt in Attempt.objects.with_lost_result()
        ]
        for line in asyncio.run(fetch_all(lost)):
            self.stdout.write(line)
        self.stdout.write(f"{len(lost)} lost results were looked for.")


async def fetch_all(lost: list[tuple[Claim, Any]]) -> list[str]:
    """Try each lost result once and return a line about each."""
    upstream: Upstream = configured_upstream()
    try:
        return [
            f"{claim.attempt_id}: "
            + (await refetch(upstream, claim, url=answer["result"]["image"]) or "back again")
            for claim, answer in lost
        ]
    finally:
        await upstream.aclose()

"""Tries again to bring home paid results that could not be fetched or stored."""

import asyncio
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from generations.execution import Upstream, configured_upstream, recover
from generations.models import Attempt


class Command(BaseCommand):
    help = (
        "Bring home what was paid for and answered, but could not be fetched or stored: after "
        "RESULT_HOSTS was changed, or when a host or the storage is back."
    )

    def handle(self, *_args: str, **_options: Any) -> None:
        lost = list(Attempt.objects.lost().values_list("pk", flat=True))
        for line in asyncio.run(recover_all(lost)):
            self.stdout.write(line)
        self.stdout.write(f"{len(lost)} lost results were looked for.")


async def recover_all(lost: list[UUID]) -> list[str]:
    """Try each lost result once and return a line about each."""
    upstream: Upstream = configured_upstream()
    try:
        return [f"{key}: {await recover(upstream, attempt_id=key) or 'back again'}" for key in lost]
    finally:
        await upstream.aclose()

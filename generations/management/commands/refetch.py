"""Tries again to bring home what may have been paid for."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from generations.execution import Upstream, configured_upstream, reconcile
from generations.models import Attempt


class Command(BaseCommand):
    help = (
        "Bring home pictures that were paid for and lost, from storage, from where they lie, or "
        "from the gateway's log: after RESULT_HOSTS was changed, or when a host, the storage or "
        "the log is back."
    )

    def handle(self, *_args: str, **_options: Any) -> None:
        lost = list(Attempt.objects.may_come_back().values_list("pk", flat=True))
        asyncio.run(look_up(lost, say=self.stdout.write))
        self.stdout.write(f"{len(lost)} lost results were looked for.")


async def look_up(lost: list[UUID], *, say: Callable[[str], object]) -> None:
    """Try each lost result once and say at once what came of it."""
    upstream: Upstream = configured_upstream()
    try:
        for key in lost:
            say(f"{key}: {await reconcile(upstream, attempt_id=key)}")
    finally:
        await upstream.aclose()

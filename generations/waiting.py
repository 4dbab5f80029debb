"""Waiting for a generation without holding a thread or a database connection."""

import asyncio
from uuid import UUID

from generations.models import OPEN_STATES, Generation
from imagestudio.accounts.models import Account
from imagestudio.events.hub import Overtaken, Reader, hub
from imagestudio.http.release import in_thread


async def until_ended(*, account: Account, generation_id: UUID, seconds: float) -> None:
    """Return when a generation has ended, is not there, or so many seconds have passed.

    Raises Unavailable when the database cannot be listened to.
    """
    try:
        async with hub().follow(account.pk) as reader, asyncio.timeout(seconds):
            while await in_thread(is_open, account, generation_id):
                await news_of(generation_id, reader, seconds=seconds)
    except (TimeoutError, Overtaken):
        return


async def news_of(generation_id: UUID, reader: Reader, *, seconds: float) -> None:
    """Return when something has happened to a generation. Raises Overtaken."""
    while True:
        for news in await reader.next(seconds):
            if news.data.get("generation") == str(generation_id):
                return


def is_open(account: Account, generation_id: UUID) -> bool:
    """Say whether a generation is still waiting or running."""
    mine = Generation.objects.owned_by(account).filter(pk=generation_id, state__in=OPEN_STATES)
    return mine.exists()

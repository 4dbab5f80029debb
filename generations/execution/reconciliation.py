"""What the gateway's log says of a call: its cost, its picture, or that nothing was billed.

Nothing is sent to a provider here. A log that cannot be read proves nothing; then money stays
held, or estimated, and people decide.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings

from generations.execution.delivery import keep
from generations.execution.recovery import recover
from generations.execution.upstream import Upstream
from generations.gateway import ATTEMPT_KEY, LogEntry, LogUnavailable
from generations.services import looks
from generations.services.looks import Look

logger = logging.getLogger(__name__)

ENOUGH_LOOKS = 3  # after which a cost that the log does not know is not asked for again
PATIENCE = 10.0  # seconds for a storage that is away: there will be another look
ENTRY_LIMIT = 10_000_000  # bytes of a call and its answer; the log keeps no larger entry


async def reconcile_all(upstream: Upstream, *, attempt_ids: Sequence[UUID]) -> None:
    """Look up these calls, some at a time; one that cannot be looked up stops no other."""
    impatient = replace(upstream, patience=PATIENCE)

    async def in_turn(attempt_id: UUID) -> None:
        async with upstream.lookups:
            try:
                words = await reconcile(impatient, attempt_id=attempt_id)
            except Exception:
                logger.exception("Attempt %s could not be looked up", attempt_id)
            else:
                logger.debug("Attempt %s: %s", attempt_id, words)

    await asyncio.gather(*(in_turn(one) for one in attempt_ids))


async def reconcile(upstream: Upstream, *, attempt_id: UUID) -> str:
    """Do what can be done now about a call in doubt, refused, or booked at an estimate.

    Its picture is brought home if it is anywhere, its cost is corrected, or its money given back.
    Returns what is known of it now, in a few words.
    """
    look = await upstream.rows(looks.seen, attempt_id=attempt_id)
    if look is None:
        return "settled"
    if look.is_in_doubt and look.has_answer and not await recover(upstream, attempt_id=attempt_id):
        return "back again"
    try:
        return await ask(upstream, look)
    except LogUnavailable as error:
        return error.message


async def ask(upstream: Upstream, look: Look) -> str:
    """Do what the log's words about a call, or its silence, call for. Raises LogUnavailable."""
    entry = await find(upstream, look)
    if entry is None:
        return await silence(upstream, look)
    if look.is_in_doubt:
        return await resolve(upstream, look, entry)
    cost = cost_in(entry)
    if cost is not None:
        await upstream.surely(looks.note_cost, claim=look.claim, cost=cost)
        return f"the log says {cost} micro-dollars"
    if look.looks >= ENOUGH_LOOKS:
        await upstream.rows(looks.rest, claim=look.claim)
    return "the log does not know its cost"


async def find(upstream: Upstream, look: Look) -> LogEntry | None:
    """Return the log's entry of a call. Raises LogUnavailable.

    It is searched by the attempt, because the gateway itself may have made the call twice. Only an
    entry that is found so speaks for the log where others are missing.
    """
    try:
        entry = await upstream.logs.find_by_attempt(str(look.claim.attempt_id))
    except LogUnavailable:
        entry = await named(upstream, look)
        if entry is None:
            raise
        return entry
    if entry is None:
        return await named(upstream, look)
    await upstream.rows(looks.note_entry, claim=look.claim)
    return entry


async def named(upstream: Upstream, look: Look) -> LogEntry | None:
    """Return the entry whose id came with the answer. Raises LogUnavailable."""
    entry = await upstream.logs.get(look.log_id) if look.log_id else None
    attempt_id = str(look.claim.attempt_id)
    return entry if entry and entry.metadata.get(ATTEMPT_KEY, attempt_id) == attempt_id else None


def cost_in(entry: LogEntry) -> int | None:
    """Return what an entry says that its call cost, in micro-dollars, None if nothing certain.

    A successful call that cost nothing was not priced, unless its answer came from the cache.
    """
    if entry.cost is None or (entry.tokens_out and not entry.cost and not entry.cached):
        return None
    return entry.cost if entry.cost or entry.cached or entry.success is False else None


async def resolve(upstream: Upstream, look: Look, entry: LogEntry) -> str:
    """Resolve a doubt about a call that is in the log: a picture, a cost, or nothing billed."""
    cost = cost_in(entry)
    foreign = entry.cached and not look.may_be_cached
    if foreign or (entry.success is False and cost == 0):
        await upstream.surely(
            looks.not_billed, claim=look.claim, is_certain=True, skips_cache=foreign
        )
        return "nothing was billed"
    if cost is not None:
        await upstream.surely(looks.note_cost, claim=look.claim, cost=cost)
    found = None
    if entry.success is not False:
        found = await upstream.logs.stored_answer(entry.id)
    if found is None:
        return "it may have been billed, and no picture is stored"
    pictures = dict(enumerate(found.images))
    loss = await keep(upstream, look.claim, pictures, cost=0 if entry.cached else None)
    return "back again" if loss is None else str(loss["message"])


async def silence(upstream: Upstream, look: Look) -> str:
    """Decide about a call that the log has no entry of. Raises LogUnavailable."""
    if not (look.is_in_doubt and look.silence_proves):
        return "the log has no entry yet"
    if look.has_answer or look.log_id:
        return "it was answered, so that an entry is missing proves nothing"
    if look.has_sources and settings.SEND_LIMIT > ENTRY_LIMIT:
        return "the log keeps no entry that large, so that it is missing proves nothing"
    if (await upstream.logs.gateway_settings()).collects_logs is False:
        return "the gateway keeps no log, so that an entry is missing proves nothing"
    await upstream.surely(looks.not_billed, claim=look.claim, is_certain=False)
    return "nothing was billed: the log has no entry"

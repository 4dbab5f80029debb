"""One call: claimed, built, marked as sent, made, and its outcome brought home."""

import logging
from collections.abc import Mapping
from uuid import UUID

from generations.execution.delivery import FROM_CACHE, keep, plain
from generations.execution.upstream import Upstream
from generations.gateway import (
    BadAnswer,
    Billed,
    Credentials,
    GatewayError,
    ProviderBudget,
    Refused,
    clock,
)
from generations.outgoing import Outgoing, SourceUnavailable, outgoing
from generations.services import attempts, looks, outcomes, resends
from generations.services.attempts import Claim
from imagestudio.library.services import results
from imagestudio.library.storage import StorageUnavailable

logger = logging.getLogger(__name__)

# Seconds from `sent` to the first byte. A machine that slept in between sends nothing: by now the
# call may have been taken for lost, proven free, and made again.
BEGINS_WITHIN = 60.0


async def execute(upstream: Upstream, *, generation_id: UUID) -> None:
    """Run one admitted generation to its end. Does nothing when another worker has it."""
    claim = await upstream.rows(attempts.claim, generation_id=generation_id, worker=upstream.worker)
    if claim is None:
        return
    try:
        call = await upstream.run_in(upstream.builders, outgoing, claim=claim)
    except SourceUnavailable as error:
        report = plain(error.code, str(error), billed=Billed.NO)
        await upstream.rows(attempts.withdraw, claim=claim, error=report)
        return
    if not await upstream.may_send():
        report = plain("storage_away", "Pictures cannot be stored now.", billed=Billed.NO)
        await upstream.rows(attempts.withdraw, claim=claim, error=report)
        return
    if upstream.is_stopping:  # the sweep hands the claim to the next worker
        return
    begin_by = clock() + BEGINS_WITHIN
    if await upstream.rows(attempts.mark_sent, claim=claim):
        with upstream.counted():
            await run(upstream, claim, call.to_begin_by(begin_by))


async def run(upstream: Upstream, claim: Claim, call: Outgoing) -> None:
    """Make the call of an attempt that was marked as sent, and bring its outcome home."""
    try:
        answer = await upstream.gateway.run(call.request)
    except GatewayError as error:
        await settle_failure(upstream, claim, error)
        return
    from_cache = (answer.cache_status or "").upper() == "HIT"
    if from_cache and not call.may_be_cached:
        logger.error("The gateway's cache gave a picture of another request: %s", answer.log_id)
        words = "The gateway's cache gave a picture of another request."
        report = {
            **plain("foreign_picture", words, billed=Billed.NO),
            "log_id": answer.log_id,
        }
        await upstream.surely(outcomes.fail, claim=claim, error=report, skips_cache=True)
        return
    await upstream.surely(
        outcomes.note_answer,
        claim=claim,
        answer={**answer.body, **({FROM_CACHE: True} if from_cache else {})},
        log_id=answer.log_id or "",
        key_source=answer.key_source or "",
    )
    pictures = dict(enumerate(answer.images))
    lost = await keep(upstream, claim, pictures, cost=0 if from_cache else None)
    if lost is not None:
        await upstream.surely(outcomes.lose, claim=claim, error=lost)


async def settle_failure(upstream: Upstream, claim: Claim, error: GatewayError) -> None:
    """Move the attempt to where this failure leads."""
    report = as_row(error)
    if isinstance(error, Credentials | ProviderBudget):
        logger.error("The gateway turns this studio away, operators have to act: %s", error)
    if error.billed is Billed.NO:
        await settle_unbilled(upstream, claim, error, report)
    elif isinstance(error, Refused):
        await upstream.surely(outcomes.refuse, claim=claim, error=report)
    else:
        if isinstance(error, BadAnswer) and error.content:
            await keep_raw(upstream, claim, error.content)
        await upstream.surely(outcomes.lose, claim=claim, error=report)


async def settle_unbilled(
    upstream: Upstream, claim: Claim, error: GatewayError, report: Mapping[str, object]
) -> None:
    """Send again, or fail, what certainly cost nothing.

    When somebody has called it lost meanwhile, because its worker gave no sign of life, only its
    money is given back.
    """
    if error.resend and await upstream.surely(
        resends.send_again, claim=claim, error=report, wait=error.retry_after
    ):
        return
    if not await upstream.surely(outcomes.fail, claim=claim, error=report):
        await upstream.surely(looks.not_billed, claim=claim, is_certain=True)


async def keep_raw(upstream: Upstream, claim: Claim, content: bytes) -> None:
    """Keep an answer that nobody can read, so that a person can look for the paid picture."""
    key = f"attempts/{claim.attempt_id}/answer"
    try:
        await upstream.surely(results.keep_bytes, key=key, data=content)
    except StorageUnavailable as error:
        logger.warning("An unreadable answer could not be kept: %s", error)


def as_row(error: GatewayError) -> Mapping[str, object]:
    """Return a failure of the gateway as it is kept with the attempt."""
    return {
        "code": error.code,
        "message": error.message,
        "billed": error.billed.value,
        "http_status": error.http_status,
        "gateway_code": error.gateway_code,
        "log_id": error.log_id,
        "raw": error.raw,
    }

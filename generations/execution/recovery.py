"""What was answered and lost, brought home without another call."""

from uuid import UUID

from generations.execution.delivery import FROM_CACHE, keep
from generations.execution.upstream import Upstream
from generations.gateway import ResultBytes, kept_pictures
from generations.services import outcomes
from imagestudio.library.services import results


async def recover(upstream: Upstream, *, attempt_id: UUID) -> str:
    """Bring home what a lost attempt was answered with, from storage or from where it lies.

    Returns why that cannot be done, or nothing. Nothing is sent to the gateway.
    """
    claim, answer = await upstream.rows(outcomes.lost, attempt_id=attempt_id)
    if claim is None:
        return "It is not lost, or was never answered."
    stored = await upstream.surely(results.stored_bytes, attempt_id=attempt_id)
    arrived = {position: ResultBytes(data) for position, data in stored.items()}
    named = kept_pictures(answer)
    if not named and not arrived:
        return "Neither the picture nor its address was kept."
    cost = 0 if answer.get(FROM_CACHE) else None
    loss = await keep(upstream, claim, {**named, **arrived}, cost=cost, instead=named)
    return "" if loss is None else str(loss["message"])

"""How pictures were made and what that cost, for those who carry them away."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from generations.models import AttemptImage
from imagestudio.library.models import Image

CURRENCY = "USD"


def details_of(images: Sequence[Image]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return the `generation` of each image that one brought, in one statement.

    Costs are in micro-dollars; `cost_basis` says whether it is an estimate or the gateway log's.
    """
    brought = AttemptImage.objects.filter(image__in=[one.pk for one in images])
    brought = brought.select_related("attempt__generation", "attempt__hold")
    return {one.image_id: {"generation": _made(one)} for one in brought}


def _made(brought: AttemptImage) -> dict[str, Any]:
    attempt = brought.attempt
    generation = attempt.generation
    ended_at = generation.ended_at
    return {
        "id": str(generation.pk),
        "position": brought.position,
        "parameters": generation.parameters,
        "requested_at": generation.requested_at.isoformat(),
        "ended_at": ended_at.isoformat() if ended_at else None,
        "gateway_log_id": attempt.gateway_log_id,
        "cost_micros": attempt.cost,
        "cost_basis": attempt.hold.basis,
        "currency": CURRENCY,
    }

"""From an answer into the library: its pictures, fetched, stored as they came, and verified."""

import asyncio
import logging
from collections.abc import Mapping

from generations.execution.upstream import Upstream
from generations.gateway import Billed, Result, ResultUrl
from generations.services import outcomes
from generations.services.attempts import Claim
from generations.services.outcomes import Delivery
from imagestudio.egress import EgressError
from imagestudio.library.imaging import BadOutput, ImagingUnavailable
from imagestudio.library.services import results
from imagestudio.library.storage import KeyTaken, StorageUnavailable

logger = logging.getLogger(__name__)

FROM_CACHE = "fromCache"  # noted with an answer that cost nothing


async def keep(
    upstream: Upstream,
    claim: Claim,
    pictures: Mapping[int, Result],
    *,
    cost: int | None,
    instead: Mapping[int, Result] | None = None,
) -> Mapping[str, object] | None:
    """Bring pictures into the library, by their position in the answer, and end their attempt.

    Of several, those that can be had are kept. Returns what kept them out when none could be had,
    and then ends nothing. `instead` is tried where the bytes are no picture.
    """
    second = instead or {}
    arrivals = await asyncio.gather(
        *(
            deliver_or_say(upstream, claim, position, picture, instead=second.get(position))
            for position, picture in pictures.items()
        )
    )
    deliveries = [one for one in arrivals if isinstance(one, Delivery)]
    losses = [one for one in arrivals if not isinstance(one, Delivery)]
    for loss in losses:
        logger.warning("A picture of attempt %s is lost: %s", claim.attempt_id, loss["message"])
    if not deliveries:
        return losses[0]
    await upstream.surely(outcomes.complete, claim=claim, deliveries=deliveries, cost=cost)
    return None


async def deliver_or_say(
    upstream: Upstream, claim: Claim, position: int, picture: Result, *, instead: Result | None
) -> Delivery | Mapping[str, object]:
    """Return one picture, or what kept it out."""
    try:
        return await deliver(upstream, claim, position, picture)
    except EgressError as error:
        return plain("result_lost", str(error))
    except BadOutput as error:
        if instead is None or instead is picture:
            return plain("bad_picture", str(error))
    except (StorageUnavailable, ImagingUnavailable) as error:
        return plain("storage", str(error))
    return await deliver_or_say(upstream, claim, position, instead, instead=None)


async def deliver(upstream: Upstream, claim: Claim, position: int, image: Result) -> Delivery:
    """Return one picture, fetched, stored as it came, and verified.

    Raises EgressError, BadOutput, and StorageUnavailable when patience is at its end.
    """
    if isinstance(image, ResultUrl):
        data = await fetch(upstream, image.url)
    else:
        data = image.data
    key = results.key_of(claim.attempt_id, position)
    try:
        await upstream.surely(results.keep_bytes, key=key, data=data)
    except KeyTaken:
        return await deliver_in_place(upstream, key, position, data)
    stored = await upstream.surely(results.verify, key=key, data=data)
    return Delivery(position, stored)


async def deliver_in_place(upstream: Upstream, key: str, position: int, data: bytes) -> Delivery:
    """Return what an earlier try has stored if it is a picture, or put this one in its place.

    Nothing is removed before something better has been verified. Raises as `deliver`.
    """
    earlier = await upstream.surely(results.read_bytes, key=key)
    try:
        stored = await upstream.surely(results.verify, key=key, data=earlier)
    except BadOutput:
        stored = await upstream.surely(results.verify, key=key, data=data)
        await upstream.surely(results.replace_bytes, key=key, data=data)
    return Delivery(position, stored)


async def fetch(upstream: Upstream, url: str) -> bytes:
    """Return the bytes behind a result's address. Raises EgressError."""
    download = await upstream.egress.fetch(url, total_seconds=upstream.fetch_seconds)
    return download.content


def plain(code: str, message: str, *, billed: Billed = Billed.MAYBE) -> Mapping[str, object]:
    """Return a failure of the studio's own as it is kept with the attempt."""
    return {"code": code, "message": message[:500], "billed": billed.value}

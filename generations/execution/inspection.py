"""What the gateway is set to: that it pays for no call twice, and keeps a log."""

from generations.execution.upstream import Upstream
from generations.gateway import GatewaySettings, LogUnavailable
from generations.services.inspections import note_settings


async def inspect(upstream: Upstream) -> GatewaySettings | None:
    """Read the gateway's settings, and raise or end the alarms about them; None if it is silent."""
    try:
        found = await upstream.logs.gateway_settings()
    except LogUnavailable:
        return None
    await upstream.rows(note_settings, settings=found)
    return found

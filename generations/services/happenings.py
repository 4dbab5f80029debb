"""The events of this app: small, with ids only."""

from generations.models import Generation
from imagestudio.events.services import Happening


def happening(kind: str, generation: Generation) -> Happening:
    """Return the event `generation.<kind>` about this generation."""
    return Happening(
        generation.account_id,
        f"generation.{kind}",
        {"generation": str(generation.pk), "batch": str(generation.batch_id)},
    )

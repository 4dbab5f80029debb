"""What attempts say of the bytes that storage keeps for them."""

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from generations.models import Attempt

State = Attempt.State

# Attempts whose pictures may still come home: their bytes may be all that is left of them.
OPEN = (
    State.RESERVED,
    State.SENT,
    State.UNKNOWN,
    State.WRITTEN_OFF,
    State.NOT_BILLED,
)


def attempts_of(ids: Sequence[UUID]) -> Mapping[UUID, Literal["open", "ended"]]:
    """Return which of these attempts there are, and whether their pictures may still come home."""
    states = Attempt.objects.filter(pk__in=ids).values_list("pk", "state")
    return {key: "open" if state in OPEN else "ended" for key, state in states}

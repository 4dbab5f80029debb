"""How many calls each gateway took lately: the limit of Unified Billing."""

import time
from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pace:
    """The times of the calls that were let through, by gateway."""

    _taken: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def allows(self, gateway_id: str, *, requests: int, seconds: float) -> bool:
        """Let a call through, unless so many were in the last so many seconds."""
        taken, now = self._taken[gateway_id], time.monotonic()
        while taken and taken[0] <= now - seconds:
            taken.popleft()
        if len(taken) >= requests:
            return False
        taken.append(now)
        return True

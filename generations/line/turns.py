"""Whose turn it is: the rule by which slots are given, for admission and for its forecast."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from uuid import UUID

NEVER = float("-inf")


@dataclass(slots=True)
class Queue:
    """One account with wishes that wait.

    `cap` is how many of its calls may be in flight at once; `last_start` is in seconds of any
    clock, `NEVER` for an account that never had a call.
    """

    account_id: UUID
    cap: int
    in_flight: int
    last_start: float


class Turns:
    """Gives turns to accounts: to the one with the fewest calls in flight that is below its cap.

    Of several, the one has it whose last start lies longest back. The queues given are its own
    from then on.
    """

    def __init__(self, queues: Iterable[Queue]) -> None:
        """Begin with these accounts in line."""
        self._queues = {queue.account_id: queue for queue in queues}
        self._order = [self._entry(queue) for queue in self._queues.values()]
        heapify(self._order)

    def __bool__(self) -> bool:
        """Say whether any account is in line, even if none may have a turn now."""
        return bool(self._queues)

    def next(self) -> Queue | None:
        """Return whose turn it is, None when nobody may have one now."""
        while self._order:
            entry = self._order[0]
            queue = self._queues.get(entry[2])
            # Each change puts a new entry in; those that are no longer true are dropped here.
            if queue and entry == self._entry(queue) and queue.in_flight < queue.cap:
                return queue
            heappop(self._order)
        return None

    def started(self, queue: Queue, *, at: float) -> None:
        """Note that the account took its turn."""
        queue.in_flight += 1
        queue.last_start = at
        heappush(self._order, self._entry(queue))

    def ended(self, account_id: UUID, *, calls: int = 1) -> None:
        """Note that calls of an account have ended, or were never made; others are no matter."""
        queue = self._queues.get(account_id)
        if queue:
            queue.in_flight -= calls
            heappush(self._order, self._entry(queue))

    def leave(self, account_id: UUID) -> None:
        """Take an account out of the line that has nothing (more) to start."""
        self._queues.pop(account_id, None)

    def shares(self, free: int, *, at: float) -> Counter[UUID]:
        """Return how many of so many free slots each account is given, one turn after another."""
        given: Counter[UUID] = Counter()
        while given.total() < free and (queue := self.next()):
            given[queue.account_id] += 1
            self.started(queue, at=at)
        return given

    @staticmethod
    def _entry(queue: Queue) -> tuple[int, float, UUID]:
        return queue.in_flight, queue.last_start, queue.account_id

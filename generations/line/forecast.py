"""What admission will do if nobody asks for anything more: the place of each that waits, and when.

The rule of `turns` is played forward from the present situation, on a clock of its own.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from math import ceil
from uuid import UUID

from generations.line.turns import Queue, Turns

MOST = 2000  # admissions that are looked ahead
MINUTE = 60  # seconds for which a start counts against the pace
UNEVEN = 0.2
SWEEP = 10  # seconds between two looks of the sweep, which admits what only the pace held back


@dataclass(frozen=True, slots=True)
class Running:
    """A call that takes a slot: for how many seconds yet, and whether that was ever measured."""

    account_id: UUID
    seconds: float
    is_measured: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """A generation that waits.

    `holds` is for how many seconds it will take a slot, `takes` after how many from then on its
    picture can be expected, None where nothing was measured.
    """

    id: UUID
    account_id: UUID
    holds: float
    takes: float | None


@dataclass(frozen=True, slots=True)
class Situation:
    """Who runs and who waits.

    `starts` are calls of the last minute, as seconds before now; `waiting` stands in the order
    of each account's line. `cut` names accounts of which more waits than is listed.
    """

    slots: int
    starts_per_minute: int
    starts: Sequence[float]
    running: Sequence[Running]
    queues: Sequence[Queue]
    waiting: Sequence[Waiting]
    cut: frozenset[UUID] = frozenset()
    until_sweep: float = SWEEP


@dataclass(frozen=True, slots=True)
class Place:
    """A place in line (1 is next), and the seconds until its picture can be expected."""

    position: int
    seconds: float | None


def unevenly(seconds: float, key: UUID) -> float:
    """Return seconds with up to a fifth more or less, always the same for the same key.

    Calls that were started together would end together for ever if all of them took equally long,
    and ties between accounts, which chance shares out in truth, would always fall the same way.
    """
    return seconds * (1 + UNEVEN * (key.int % 1000 - 500) / 500)


def forecast(now: Situation, *, most: int = MOST) -> dict[UUID, Place]:
    """Return the places of what waits, of the first `most` at the utmost.

    Whoever may not be admitted, as things stand, has no place.
    """
    course = Course(now)
    while len(course.places) < most and course.goes_on():
        pass
    return course.places


class Course:
    """Admission played forward, one step at a time."""

    def __init__(self, now: Situation) -> None:
        """Begin with the present situation, at second 0."""
        self.now = now
        self.places: dict[UUID, Place] = {}
        self.turns = Turns(replace(queue) for queue in now.queues)
        self.backlogs: dict[UUID, deque[Waiting]] = defaultdict(deque)
        for one in now.waiting:
            self.backlogs[one.account_id].append(one)
        self.ends = [(one.seconds, one.account_id, one.is_measured) for one in now.running]
        heapify(self.ends)
        self.starts = deque(sorted(-ago for ago in now.starts))
        self.at = 0.0
        self.is_known = True  # whether all that it took to come so far was measured

    def goes_on(self) -> bool:
        """Admit one, or go on to when one may be; say whether anybody is left to be admitted."""
        if not self.turns:
            return False
        has_slot = len(self.ends) < self.now.slots
        queue = self.turns.next() if has_slot else None
        if queue is None:
            return self.wait()
        while self.starts and self.starts[0] <= self.at - MINUTE:
            self.starts.popleft()
        if len(self.starts) >= self.now.starts_per_minute:
            return self.wait(until=self.pace_allows())
        return self.admit(queue)

    def admit(self, queue: Queue) -> bool:
        """Let the next one of an account in; say False when it is not known which that is."""
        key, backlog = queue.account_id, self.backlogs[queue.account_id]
        if not backlog:
            self.turns.leave(key)
            return key not in self.now.cut
        one = backlog.popleft()
        expected = self.at + one.takes if self.is_known and one.takes is not None else None
        self.places[one.id] = Place(len(self.places) + 1, expected)
        heappush(self.ends, (self.at + one.holds, key, one.takes is not None))
        self.starts.append(self.at)
        self.turns.started(queue, at=self.at)
        return True

    def pace_allows(self) -> float | None:
        """Return the second at which the sweep finds that another call may start."""
        if self.now.starts_per_minute <= 0:
            return None
        free_at = self.starts[-self.now.starts_per_minute] + MINUTE
        sweeps = ceil(max(0, free_at - self.now.until_sweep) / SWEEP)
        return self.now.until_sweep + sweeps * SWEEP

    def wait(self, *, until: float | None = None) -> bool:
        """Go on to the next end of a call, or to a moment before it; False if neither comes."""
        if self.ends and (until is None or self.ends[0][0] <= until):
            at, account_id, is_measured = heappop(self.ends)
            self.at = max(self.at, at)
            self.turns.ended(account_id)
            self.is_known &= is_measured
        elif until is not None:
            self.at = max(self.at, until)
        else:
            return False
        return True

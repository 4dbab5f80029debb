"""How long calls take: what was measured of those that lately brought a picture."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import NamedTuple

MOST = 50  # calls of one group that count: its last ones
FEW = 3  # calls without which a group says nothing, and a coarser one speaks for it
LARGEST_OF_SOURCES = (0, 1, 4)  # numbers of sources that are alike: 0, 1, 2 to 4, more

Group = tuple[str | int, ...]


class Kind(NamedTuple):
    """What the time of a call depends on."""

    model: str
    quality: str
    sources: int

    def groups(self) -> Sequence[Group]:
        """Return the groups of calls that it belongs to, the finest first."""
        alike = sum(self.sources > largest for largest in LARGEST_OF_SOURCES)
        return (self.model, self.quality, alike), (self.model, self.quality), (self.model,)


class Measured(NamedTuple):
    """One call that brought a picture, in seconds.

    `starting` lies between its slot and `sent` (None where that tells nothing, as of a call that
    was sent again), `call` between `sent` and the answer, `keeping` between that and the end.
    """

    kind: Kind
    starting: float | None
    call: float
    keeping: float


@dataclass(frozen=True, slots=True)
class Latency:
    """The seconds that calls of one group took from `sent` to their answer, in rising order."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        """Return the seconds within which half of the calls were answered."""
        return median(self.seconds)

    @property
    def ninetieth(self) -> float:
        """Return the seconds within which nine of ten calls were answered."""
        return self.seconds[ceil(0.9 * len(self.seconds)) - 1]

    def left(self, after: float = 0) -> Sequence[float]:
        """Return what the calls that took longer than so many seconds still took then."""
        longer = self.seconds[bisect_right(self.seconds, after) :]
        return [seconds - after for seconds in longer]


@dataclass(frozen=True, slots=True)
class Latencies:
    """The latencies by group, and the typical seconds before a call and after its answer."""

    groups: Mapping[Group, Latency]
    starting: float = 0
    keeping: float = 0

    def of(self, kind: Kind) -> Latency | None:
        """Return the latency of the finest group that says something, None without any."""
        found = [self.groups[group] for group in kind.groups() if group in self.groups]
        telling = [one for one in found if len(one.seconds) >= FEW]
        return next(iter([*telling, *found[-1:]]), None)

    def remaining(
        self,
        kind: Kind,
        *,
        since_sent: float | None = None,
        since_answer: float | None = None,
        of: Callable[[Sequence[float]], float] = median,
    ) -> float | None:
        """Return seconds until the picture of a call that has come so far (in seconds).

        None where nothing was measured, or where no call was measured that took longer. `of` says
        which of many values counts: the median for one call, the mean for a sum over many.
        """
        latency = self.of(kind)
        if latency is None:
            return None
        if since_answer is not None:
            return max(0, self.keeping - since_answer)
        if since_sent is None:
            return self.starting + of(latency.seconds) + self.keeping
        left = latency.left(since_sent)
        return of(left) + self.keeping if left else None

    def is_late(self, kind: Kind, *, since_sent: float) -> bool:
        """Say whether a call takes longer than nine of ten did."""
        latency = self.of(kind)
        return latency is not None and since_sent > latency.ninetieth


def measured(calls: Iterable[Measured]) -> Latencies:
    """Return the latencies of calls that are given newest first."""
    groups: dict[Group, list[float]] = defaultdict(list)
    starting, keeping = [], []
    for call in calls:
        for group in call.kind.groups():
            if len(groups[group]) < MOST:
                groups[group].append(call.call)
        if call.starting is not None:
            starting.append(call.starting)
        keeping.append(call.keeping)
    return Latencies(
        groups={group: Latency(sorted(seconds)) for group, seconds in groups.items()},
        starting=median(starting) if starting else 0,
        keeping=median(keeping) if keeping else 0,
    )

"""What decisions add up to: pure functions over their rows, the same as the columns they fill."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from uuid import UUID

from imagestudio.accounts.models import Standing
from imagestudio.library.models import Image
from imagestudio.moderation.models import Decision


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided about a subject: `review` is empty where nothing was."""

    moderation: str = Image.Moderation.CLEAR
    review: str = ""
    standing: str = Standing.OK


def settled(decisions: Iterable[Decision]) -> Settled:
    """Return what decisions about one subject add up to, in the order in which they were taken.

    A decision that takes another back says itself what is in force then.
    """
    result = Settled()
    for one in decisions:
        result = replace(
            result,
            moderation=one.moderation or result.moderation,
            review=one.review or result.review,
            standing=one.standing or result.standing,
        )
    return result


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that were not taken back, without those that took others back."""
    back: set[UUID] = {one.reverses_id for one in decisions if one.reverses_id}
    return [one for one in decisions if one.pk not in back and not one.reverses_id]


def without(decisions: Sequence[Decision], gone: Decision) -> Settled:
    """Return what is in force once a decision is taken back, too."""
    return settled(one for one in in_force(decisions) if one.pk != gone.pk)


@dataclass(frozen=True, slots=True)
class Step:
    """What a decision about a picture means for strikes, one of three things.

    It counts against somebody (`points`, until `lapses_at`), it takes back another one (`undoes`),
    or, with neither, it lifts whatever was decided about the picture before.
    """

    key: UUID
    image: UUID
    user: UUID
    at: datetime
    points: int = 0
    lapses_at: datetime | None = None
    undoes: UUID | None = None

    def counts_at(self, moment: datetime) -> bool:
        """Say whether it counts against somebody at a moment, if it stands."""
        return self.lapses_at is not None and self.lapses_at > moment


class Tally:
    """The points of people while time passes, from steps in the order in which they were taken.

    A picture counts once: as what was decided last about it, of what stands. Taking that back
    brings back what was before, and lifting it leaves nothing. `levels` are points about which
    it is known since when somebody has had so many without a break.
    """

    def __init__(self, levels: Iterable[int] = ()) -> None:
        """Begin with nothing."""
        self.levels = sorted(set(levels))
        self.points: Counter[UUID] = Counter()  # by person, now
        self.most: Counter[UUID] = Counter()  # by person, ever
        self.since: dict[tuple[UUID, int], datetime] = {}
        self.counted: dict[UUID, Step] = {}  # by picture, what counts of it now
        self.standing: dict[UUID, list[Step]] = {}  # by picture, what was not taken back
        self.lapsing: list[tuple[datetime, UUID]] = []  # a heap of when something may lapse

    def take(self, step: Step) -> None:
        """Count a step, at its time."""
        self.pass_until(step.at)
        stands = self.standing.setdefault(step.image, [])
        if step.undoes:
            stands[:] = [one for one in stands if one.key != step.undoes]
        else:
            stands.append(step)
            if step.lapses_at:
                heappush(self.lapsing, (step.lapses_at, step.image))
        self.recount(step.image, step.at)

    def pass_until(self, moment: datetime) -> None:
        """Let all lapse that lapses up to a moment."""
        while self.lapsing and self.lapsing[0][0] <= moment:
            at, image = heappop(self.lapsing)
            self.recount(image, at)

    def recount(self, image: UUID, at: datetime) -> None:
        """Count a picture as it is now, in place of what it was."""
        last = next(reversed(self.standing[image]), None)
        now = last if last and last.counts_at(at) else None
        before = self.counted.pop(image, None)
        changes: Counter[UUID] = Counter()
        if before:
            changes[before.user] -= before.points
        if now:
            self.counted[image] = now
            changes[now.user] += now.points
        for user, change in changes.items():
            self.change(user, change, at)

    def change(self, user: UUID, change: int, at: datetime) -> None:
        """Give somebody points, or take some away, and note which levels that passes."""
        before = self.points[user]
        now = self.points[user] = before + change
        self.most[user] = max(self.most[user], now)
        for level in self.levels:
            if before < level <= now:
                self.since[user, level] = at
            elif now < level <= before:
                del self.since[user, level]


def tallied(
    steps: Iterable[Step], *, until: datetime | None = None, levels: Iterable[int] = ()
) -> Tally:
    """Return what steps add up to, at a moment or right after the last of them."""
    tally = Tally(levels)
    for step in steps:
        tally.take(step)
    if until is not None:
        tally.pass_until(until)
    return tally

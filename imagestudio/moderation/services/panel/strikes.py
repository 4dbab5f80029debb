"""Plans of strikes as the panel shows them: the list, one with its simulation, and who is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from imagestudio.accounts.models import User
from imagestudio.http.cursor import Page, check_limit, decode_place, encode_place
from imagestudio.http.cursor import page as page_of
from imagestudio.moderation.exceptions import NoSuchPlan
from imagestudio.moderation.models import Case, Peak, Reached, Simulation, StrikePlan, Threshold
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Measure, Rank
from imagestudio.moderation.services.panel.charts import Chart, Series, chart_of
from imagestudio.moderation.services.strikes.counting import count_of, reached_by
from imagestudio.moderation.services.strikes.simulating import heights_of, newest_simulation
from imagestudio.moderation.services.weighing import facts_of, main_reason

PAGE = 50
MOST_BARS = 40


@dataclass(frozen=True, slots=True)
class Level:
    """What a simulation says of a measure: who would have come to it, by the plan and beside it."""

    measure: Measure
    mine: Threshold | None
    people: int
    beside: Threshold | None
    people_beside: int


@dataclass(frozen=True, slots=True)
class PlanShown:
    """All that is known of a plan."""

    plan: StrikePlan
    simulation: Simulation | None  # the newest
    levels: Sequence[Level]
    chart: Chart | None
    heights: Sequence[tuple[str, int]]  # the chart in figures: points, people
    people: int  # of the simulation, with any points at all
    reached: int  # thresholds that were really reached by the plan
    may_change: bool


def plan_page(*, cursor: str | None, limit: int = PAGE) -> Page[StrikePlan]:
    """Return a page of the plans, newest first. Raises BadCursor."""
    plans = StrikePlan.objects.newest_first()
    return page_of(plans, by="made_at", cursor=cursor, limit=limit, of="plans of strikes")


def plan_of(moderator: User, plan_id: UUID) -> PlanShown:
    """Return all that is known of a plan. Raises NoSuchPlan."""
    plan = StrikePlan.objects.newest_first().filter(pk=plan_id).first()
    if plan is None:
        raise NoSuchPlan("There is no such plan of strikes.")
    simulation = newest_simulation(plan)
    heights = heights_of(simulation, "points") if simulation else []
    groups = grouped(heights)
    return PlanShown(
        plan=plan,
        simulation=simulation,
        levels=levels_of(simulation, heights) if simulation else [],
        chart=chart_of_heights(plan, groups) if groups else None,
        heights=[(name_of(group), group.people) for group in groups],
        people=sum(count for _, count in heights),
        reached=Reached.objects.filter(plan=plan).count(),
        may_change=may_change(moderator),
    )


def may_change(moderator: User) -> bool:
    """Say whether somebody may make plans, simulate them, and switch them."""
    return rank_in_panel(moderator) >= Rank.SENIOR_MODERATOR


def levels_of(simulation: Simulation, heights: Sequence[tuple[int, int]]) -> list[Level]:
    """Return for each measure who would have come to it, by the plan and by the one in force."""
    other = simulation.beside
    beside = heights_of(simulation, "beside") if other else []
    mine = {one.measure: one for one in simulation.plan.levels}
    theirs = {one.measure: one for one in other.levels} if other else {}
    return [
        Level(
            measure,
            mine.get(measure),
            count_from(mine.get(measure), heights),
            theirs.get(measure),
            count_from(theirs.get(measure), beside),
        )
        for measure in Measure
        if measure in mine or measure in theirs
    ]


def count_from(level: Threshold | None, heights: Sequence[tuple[int, int]]) -> int:
    """Return how many people would have come to a threshold."""
    return sum(people for points, people in heights if level and points >= level.points)


@dataclass(frozen=True, slots=True)
class Group:
    """People whose highest points lie between two numbers."""

    first: int
    last: int
    people: int


def grouped(heights: Sequence[tuple[int, int]]) -> list[Group]:
    """Return people by their points, in so few groups of one width that they can be drawn."""
    if not heights:
        return []
    width = -(-heights[-1][0] // MOST_BARS)
    counts: dict[int, int] = {}
    for points, people in heights:
        place = (points - 1) // width
        counts[place] = counts.get(place, 0) + people
    return [
        Group(place * width + 1, (place + 1) * width, counts.get(place, 0))
        for place in range(max(counts) + 1)
    ]


def name_of(group: Group) -> str:
    """Return what a group is called."""
    return f"{group.first}" if group.first == group.last else f"{group.first}–{group.last}"


def chart_of_heights(plan: StrikePlan, groups: Sequence[Group]) -> Chart:
    """Return the bars of people by their points, with a line where a threshold begins."""
    lines = [
        number
        for number, group in enumerate(groups)
        for level in plan.levels
        if group.first <= level.points <= group.last
    ]
    series = [Series("People", [one.people for one in groups])]
    labels = [f"{name_of(one)} points" for one in groups]
    return chart_of("People by their highest points", labels, series, lines=lines)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a simulation, and the highest threshold that they would have come to."""

    peak: Peak
    level: Threshold | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some people of a plan's newest simulation, those with most points first."""

    plan: StrikePlan
    rows: Sequence[PersonRow]
    next_cursor: str | None


def people_page(
    moderator: User, plan_id: UUID, *, least: int = 1, cursor: str | None, limit: int = PAGE
) -> PeoplePage:
    """Return a page of who would have come to at least so many points; never oneself.

    Raises NoSuchPlan, BadCursor.
    """
    check_limit(limit)
    plan = StrikePlan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise NoSuchPlan("There is no such plan of strikes.")
    simulation, of = newest_simulation(plan), f"people of {plan_id} from {least}"
    peaks = Peak.objects.filter(simulation=simulation, points__gte=max(least, 1))
    peaks = peaks.exclude(user=moderator).select_related("user").order_by("-points", "id")
    if cursor:
        points, key = decode_place(cursor, of=of)
        peaks = peaks.filter(Q(points__lt=points) | Q(points=points, id__gt=key))
    found = list(peaks[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    rows = [PersonRow(one, reached_by(one.points, plan)) for one in found[:limit]]
    return PeoplePage(plan, rows, encode_place(last.points, last.pk, of=of) if last else None)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody's strikes propose in the open case about them, ready for the form."""

    reached: Reached
    measure: Measure
    points: int  # now
    reason: str
    facts: str

    @property
    def stands(self) -> bool:
        """Say whether there still are as many points as it takes."""
        return self.points >= self.reached.threshold


def proposal_in(case: Case) -> Proposal | None:
    """Return what strikes propose in an open case, if they do."""
    if case.user is None or case.state == Case.State.CLOSED:
        return None
    reached = Reached.objects.filter(case=case, is_taken=False).order_by("-at", "-id").first()
    if reached is None:
        return None
    count = count_of(case.user)
    points = count.points if count else 0
    facts = facts_of(reached.threshold, points)
    return Proposal(reached, Measure(reached.measure), points, main_reason(case.user), facts)

"""Plans of strikes as the API gives and takes them, and what counts against the caller."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictBool, StrictInt

from imagestudio.http.body import Body, Text
from imagestudio.moderation.models import Simulation, StrikePlan, Threshold
from imagestudio.moderation.policies import Action, Measure, Reason
from imagestudio.moderation.services.panel.strikes import Level, PersonRow, PlanShown
from imagestudio.moderation.services.strikes.counting import MOST_SHOWN, StrikeCount
from imagestudio.moderation.services.strikes.plans import (
    HIGHEST,
    LONGEST,
    MOST_DAYS,
    MOST_POINTS,
    MOST_TIMES,
    Terms,
)

Points = Annotated[StrictInt, Field(ge=0, le=MOST_POINTS)]
Times = Annotated[StrictInt, Field(ge=0, le=MOST_TIMES)]
PlanState = Literal["draft", "in_force", "retired"]


class ThresholdOut(Schema):
    """From how many points on what follows. `at_once`: the rule takes it; else it is proposed."""

    points: int
    measure: Measure
    at_once: bool

    @classmethod
    def of(cls, level: Threshold | None) -> "ThresholdOut | None":
        """Return a threshold, None for none."""
        return cls.model_validate(level, from_attributes=True) if level else None


class PlanOut(Schema):
    """A plan of strikes."""

    id: UUID
    number: int
    state: PlanState
    reasons: dict[str, int]
    actions: dict[str, int]
    days: int
    counts_copies: bool
    thresholds: list[ThresholdOut]
    text: str
    made_by_id: UUID
    made_at: datetime
    switched_by_id: UUID | None
    switched_at: datetime | None

    @classmethod
    def of(cls, plan: StrikePlan) -> "PlanOut":
        """Return a plan."""
        return cls.model_validate(plan, from_attributes=True)


class PlanList(Schema):
    """Some plans, newest first."""

    items: list[PlanOut]
    next_cursor: str | None


class LevelOut(Schema):
    """Who would have come to a measure, by the plan and by the one that was in force beside it."""

    measure: Measure
    threshold: int | None
    people: int
    threshold_beside: int | None
    people_beside: int

    @classmethod
    def of(cls, level: Level) -> "LevelOut":
        """Return what a simulation says of a measure."""
        return cls(
            measure=level.measure,
            threshold=level.mine.points if level.mine else None,
            people=level.people,
            threshold_beside=level.beside.points if level.beside else None,
            people_beside=level.people_beside,
        )


class HeightOut(Schema):
    """How many people would have had points like these at most."""

    points: Annotated[str, Field(description="A number, or two of a group: `3–4`")]
    people: int


class SimulationOut(Schema):
    """What a plan would have led to. It goes on while `ended_at` is null."""

    id: UUID
    made_at: datetime
    ended_at: datetime | None
    total: int
    seen: int
    is_cut: Annotated[bool, Field(description="There were more people than are read")]
    beside_id: Annotated[UUID | None, Field(description="The other plan, in force then")]
    levels: list[LevelOut]
    heights: list[HeightOut]

    @classmethod
    def of(cls, simulation: Simulation, shown: PlanShown) -> "SimulationOut":
        """Return a simulation."""
        return cls(
            id=simulation.pk,
            made_at=simulation.made_at,
            ended_at=simulation.ended_at,
            total=simulation.total,
            seen=simulation.seen,
            is_cut=simulation.is_cut,
            beside_id=simulation.beside_id,
            levels=[LevelOut.of(one) for one in shown.levels],
            heights=[HeightOut(points=name, people=people) for name, people in shown.heights],
        )


class PlanDetail(PlanOut):
    """A plan with its newest simulation, and how many thresholds were really reached by it."""

    simulation: SimulationOut | None
    reached: int

    @classmethod
    def of_shown(cls, shown: PlanShown) -> "PlanDetail":
        """Return all that is known of a plan."""
        values: dict[str, Any] = PlanOut.of(shown.plan).model_dump()
        simulation = shown.simulation
        return cls(
            **values,
            simulation=SimulationOut.of(simulation, shown) if simulation else None,
            reached=shown.reached,
        )


class PlanPersonOut(Schema):
    """What a person would have had at most, and now."""

    user_id: UUID
    points: int
    now: int
    measure: Measure | None

    @classmethod
    def of(cls, row: PersonRow) -> "PlanPersonOut":
        """Return a person of a simulation."""
        return cls(
            user_id=row.peak.user_id,
            points=row.peak.points,
            now=row.peak.now,
            measure=row.level.measure if row.level else None,
        )


class PlanPeople(Schema):
    """Some people, those with most points first."""

    items: list[PlanPersonOut]
    next_cursor: str | None


class ThresholdIn(Body):
    """From how many points on what follows."""

    points: Annotated[StrictInt, Field(ge=1, le=HIGHEST)]
    measure: Measure
    at_once: StrictBool = False


class PlanIn(Body):
    """What a plan is to say. A reason or a decision that is not named counts nothing."""

    reasons: dict[Reason, Points]
    actions: dict[Action, Times]
    days: Annotated[StrictInt, Field(ge=1, le=MOST_DAYS)]
    thresholds: Annotated[list[ThresholdIn], Field(min_length=1, max_length=len(Measure))]
    counts_copies: StrictBool = False
    text: Annotated[Text, Field(max_length=LONGEST)] = ""

    def terms(self) -> Terms:
        """Return what the plan is to say."""
        return Terms(
            reasons={one.value: points for one, points in self.reasons.items()},
            actions={one.value: times for one, times in self.actions.items()},
            days=self.days,
            thresholds=[Threshold(one.points, one.measure, one.at_once) for one in self.thresholds],
            counts_copies=self.counts_copies,
            text=self.text,
        )


class SwitchIn(Body):
    """Whether a plan is to be in force."""

    state: Literal["in_force", "retired"]


class StrikeOut(Schema):
    """A decision that counts against the caller, until it lapses or is taken back."""

    decision_id: UUID
    action: Action
    reason: Reason
    points: int
    lapses_at: datetime


class MyStrikes(Schema):
    """What counts against the caller now. All of it is empty while no plan is in force."""

    points: int
    strikes: Annotated[
        list[StrikeOut], Field(description=f"The first to lapse first, at most {MOST_SHOWN}")
    ]
    reached: ThresholdOut | None
    next: ThresholdOut | None

    @classmethod
    def of(cls, count: StrikeCount | None) -> "MyStrikes":
        """Return what counts against somebody."""
        return cls(
            points=count.points if count else 0,
            strikes=[
                StrikeOut(
                    decision_id=one.pk,
                    action=Action(one.action),
                    reason=Reason(one.reason),
                    points=one.strike_points,
                    lapses_at=one.strike_expires_at,
                )
                for one in (count.strikes if count else ())
                if one.strike_expires_at  # as of every strike
            ],
            reached=ThresholdOut.of(count.reached) if count else None,
            next=ThresholdOut.of(count.next) if count else None,
        )

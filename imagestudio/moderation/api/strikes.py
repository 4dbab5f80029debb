"""Plans of strikes, for programs of moderators; and what counts against the caller."""

from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Status
from pydantic import Field

from imagestudio.accounts.auth import ApiRequest, ModeratorApiRequest, may_moderate, myself
from imagestudio.http.paging import PageQuery
from imagestudio.moderation.schemas.strikes import (
    MyStrikes,
    PlanDetail,
    PlanIn,
    PlanList,
    PlanOut,
    PlanPeople,
    PlanPersonOut,
    SimulationOut,
    SwitchIn,
)
from imagestudio.moderation.services.panel.strikes import people_page, plan_of, plan_page
from imagestudio.moderation.services.strikes.counting import count_of
from imagestudio.moderation.services.strikes.plans import draft_plan, switch_off, switch_on
from imagestudio.moderation.services.strikes.simulating import begin_simulation

router = Router(tags=["moderation"], auth=may_moderate())
own_router = Router(tags=["decisions"])
PLAN = "/moderation/strikes/{uuid:plan_id}"


class PeopleQuery(PageQuery):
    """Which people of a simulation."""

    least: Annotated[int, Field(ge=1, le=10**6, description="With at least so many points")] = 1


@own_router.get("/strikes", auth=myself(), response=MyStrikes, summary="Show your points")
def get_strikes(request: ApiRequest) -> MyStrikes:
    """Return what counts against the caller now, as far as they have been told of it."""
    return MyStrikes.of(count_of(request.auth.membership.user, is_told=True))


@router.get("/moderation/strikes", response=PlanList, summary="List the plans of strikes")
def list_strike_plans(request: ModeratorApiRequest, query: Query[PageQuery]) -> PlanList:
    """Return the plans of strikes, newest first; at most one is in force."""
    _ = request
    found = plan_page(cursor=query.cursor, limit=query.limit)
    return PlanList(items=[PlanOut.of(one) for one in found.rows], next_cursor=found.next_cursor)


@router.post("/moderation/strikes", response={201: PlanDetail}, summary="Draft a plan of strikes")
def post_strike_plan(request: ModeratorApiRequest, payload: PlanIn) -> Status[PlanDetail]:
    """Draft a plan, which is simulated before it is switched on. For senior moderators."""
    made = draft_plan(moderator=request.auth.user, terms=payload.terms())
    return Status(201, now(request, made.pk))


@router.get(PLAN, response=PlanDetail, summary="Show a plan of strikes")
def get_strike_plan(request: ModeratorApiRequest, plan_id: UUID) -> PlanDetail:
    """Return a plan with its newest simulation."""
    return now(request, plan_id)


@router.post(f"{PLAN}/simulations", response={201: SimulationOut}, summary="Simulate a plan")
def post_simulation(request: ModeratorApiRequest, plan_id: UUID) -> Status[SimulationOut]:
    """Run a plan over all that was decided so far. For senior moderators.

    Where that takes longer than a moment it goes on by itself: look at the plan's `simulation`.
    """
    made = begin_simulation(moderator=request.auth.user, plan_id=plan_id)
    return Status(201, SimulationOut.of(made, plan_of(request.auth.user, plan_id)))


@router.get(f"{PLAN}/people", response=PlanPeople, summary="List who would have had points")
def list_plan_people(
    request: ModeratorApiRequest, plan_id: UUID, query: Query[PeopleQuery]
) -> PlanPeople:
    """Return the people of the newest simulation, those with most points first; never yourself."""
    found = people_page(
        request.auth.user, plan_id, least=query.least, cursor=query.cursor, limit=query.limit
    )
    items = [PlanPersonOut.of(row) for row in found.rows]
    return PlanPeople(items=items, next_cursor=found.next_cursor)


@router.put(f"{PLAN}/state", response=PlanDetail, summary="Switch a plan of strikes")
def put_plan_state(request: ModeratorApiRequest, plan_id: UUID, payload: SwitchIn) -> PlanDetail:
    """Put a plan in force, in place of the one before, or out of it. For senior moderators.

    409 when it was not simulated in the last day. What has counted keeps its points.
    """
    deed = switch_on if payload.state == "in_force" else switch_off
    deed(moderator=request.auth.user, plan_id=plan_id)
    return now(request, plan_id)


def now(request: ModeratorApiRequest, plan_id: UUID) -> PlanDetail:
    """Return a plan as it is now. Raises NoSuchPlan."""
    return PlanDetail.of_shown(plan_of(request.auth.user, plan_id))

"""Simulations: what a plan of strikes would have led to, by all that was decided so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import NoSuchPlan
from imagestudio.moderation.models import Decision, Peak, Simulation, StrikePlan
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import STRIKING, Action, Rank
from imagestudio.moderation.projections import Step, Tally, tallied
from imagestudio.moderation.services.strikes.counting import ENDED
from imagestudio.moderation.services.strikes.plans import told

MOST = 10_000  # people of one simulation
SLICE = 250  # of them in one transaction
AT_ONCE = 0.7  # seconds for which the request works itself; then a job goes on


@dataclass(frozen=True, slots=True)
class Row:
    """What was decided about a picture, as far as plans look at it."""

    key: UUID
    image: UUID
    user: UUID
    at: datetime
    action: str
    reason: str
    rule: str
    ends_at: datetime | None
    reverses: UUID | None
    maker: UUID


def begin_simulation(*, moderator: User, plan_id: UUID) -> Simulation:
    """Return a new simulation of a plan: ended if that was quick, else at work.

    What an earlier one has said about people is removed. Raises RankTooLow, NoSuchPlan.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    with transaction.atomic():
        plan = StrikePlan.objects.filter(pk=plan_id).first()
        if plan is None:
            raise NoSuchPlan("There is no such plan of strikes.")
        Peak.objects.filter(simulation__plan=plan).delete()
        in_force = StrikePlan.objects.in_force()
        count = people()[: MOST + 1].count()
        simulation = Simulation.objects.create(
            plan=plan,
            beside=in_force if in_force != plan else None,
            made_by=moderator,
            total=min(count, MOST),
            is_cut=count > MOST,
        )
        told(plan, moderator, "simulated")
    simulation = go_on(simulation_id=simulation.pk, seconds=AT_ONCE)
    if simulation.ended_at is None:
        enqueue("moderation.simulate", simulation_id=str(simulation.pk))
    return simulation


def go_on(*, simulation_id: UUID, seconds: float | None = None) -> Simulation:
    """Return a simulation on which was worked: until it has ended, or for so many seconds.

    Each slice is a transaction, so that whoever comes later goes on where this one was killed.
    """
    began = monotonic()
    while True:
        simulation = read_slice(simulation_id)
        if simulation.ended_at or (seconds is not None and monotonic() - began > seconds):
            return simulation


@transaction.atomic
def read_slice(simulation_id: UUID) -> Simulation:
    """Return a simulation that has read about some people more."""
    found = Simulation.objects.select_for_update(no_key=True, of=("self",))
    simulation = found.select_related("plan", "beside").get(pk=simulation_id)
    if simulation.ended_at:
        return simulation
    behind = Q(pk__gt=simulation.place) if simulation.place else Q()
    size = min(SLICE, MOST - simulation.seen)
    some = list(people().filter(behind).values_list("pk", flat=True)[:size])
    if some:
        Peak.objects.bulk_create(peaks_of(simulation, some))
        simulation.place = some[-1]
    simulation.seen += len(some)
    if len(some) < SLICE or simulation.seen >= MOST:
        simulation.ended_at = Now()
    simulation.save()
    simulation.refresh_from_db(fields=["ended_at"])
    return simulation


def people() -> QuerySet[User]:
    """Return those against whom something was decided about a picture, in the order of keys."""
    against = Decision.objects.filter(affected=OuterRef("pk"), action__in=STRIKING)
    return User.objects.filter(Exists(against), closed_at=None).order_by("pk")


def peaks_of(simulation: Simulation, some: Sequence[UUID]) -> list[Peak]:
    """Return what some people would have had, where that is anything at all."""
    rows = rows_about(some)
    mine = run(rows, simulation.plan)
    beside = run(rows, simulation.beside) if simulation.beside else Tally()
    return [
        Peak(
            simulation=simulation,
            user_id=user,
            points=mine.most[user],
            now=mine.points[user],
            beside=beside.most[user],
        )
        for user in some
        if mine.most[user] or beside.most[user]
    ]


def rows_about(some: Sequence[UUID]) -> list[Row]:
    """Return all that was decided about the pictures of which some people were told something."""
    told_of = Decision.objects.filter(affected__in=some, action__in=STRIKING)
    about = Decision.objects.filter(case__image__in=told_of.values("case__image"))
    relevant = Q(action__in=[*STRIKING, Action.RESTORE]) | Q(reverses__isnull=False) & ~Q(
        rule=ENDED
    )
    rows = about.filter(relevant).order_by("at", "id")
    return [
        Row(*values)
        for values in rows.values_list(
            *("pk", "case__image", "affected", "at", "action", "reason", "rule"),
            *("ends_at", "reverses", "case__image__created_by"),
        )
    ]


def run(rows: Sequence[Row], plan: StrikePlan) -> Tally:
    """Return what people would have had now, and at most, if a plan had always been in force."""
    found = (step_of(row, plan) for row in rows)
    return tallied((one for one in found if one), until=timezone.now())


def step_of(row: Row, plan: StrikePlan) -> Step | None:
    """Return what a decision would have meant by a plan; None where nothing."""
    bare = Step(row.key, row.image, row.user, row.at, undoes=row.reverses)
    if row.reverses or row.action == Action.RESTORE:
        return bare
    points = plan.points_for(action=row.action, reason=row.reason, rule=row.rule)
    if not points or row.maker != row.user:
        return None
    lapses_at = plan.lapse_of(at=row.at, ends_at=row.ends_at)
    return Step(row.key, row.image, row.user, row.at, points, lapses_at)


def newest_simulation(plan: StrikePlan) -> Simulation | None:
    """Return the newest simulation of a plan."""
    found = Simulation.objects.filter(plan=plan).select_related("beside")
    return found.order_by("-made_at", "-id").first()


def heights_of(simulation: Simulation, column: str) -> list[tuple[int, int]]:
    """Return how many people would have had how many points at most; `column` says by which plan.

    That is `points`, or `beside`. Those with none are not counted.
    """
    peaks = simulation.peaks.annotate(height=F(column)).filter(height__gt=0)
    return list(peaks.values_list("height").annotate(n=Count("pk")).order_by("height"))

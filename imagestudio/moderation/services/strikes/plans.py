"""Making plans of strikes and switching them: by senior moderators, a new one each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import NoSuchPlan, PlanChanged, PlanInvalid, PlanUntried
from imagestudio.moderation.models import Simulation, StrikePlan, Threshold
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import STRIKING, Action, Measure, Rank, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of

FRESH = timedelta(days=1)  # in which a simulation says enough about a plan
MOST_POINTS, MOST_TIMES, MOST_DAYS, HIGHEST = 100, 10, 3650, 10_000
LONGEST = 300  # characters of why it is like this
MAKING = 5_201_030  # the advisory lock of giving plans their numbers
State = StrikePlan.State


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan says: points by reason, how many times by action, days, and what follows."""

    reasons: Mapping[str, int]
    actions: Mapping[str, int]
    days: int
    thresholds: Sequence[Threshold]
    counts_copies: bool = False
    text: str = ""


# What a first plan begins with: one grave thing leads to a look, three to a suspension.
FIRST = Terms(
    reasons={
        **dict.fromkeys(Reason.values, 2),
        Reason.CHILD_SAFETY.value: 8,
        Reason.REAL_PERSON.value: 6,
        Reason.EXTREMISM.value: 5,
        Reason.HATE.value: 3,
        Reason.HARASSMENT.value: 3,
        Reason.SPAM.value: 1,
        Reason.OTHER.value: 1,
    },
    actions={
        Action.REJECT.value: 0,
        Action.BLUR.value: 1,
        Action.HIDE.value: 2,
        Action.REMOVE.value: 3,
        Action.QUARANTINE.value: 3,
    },
    days=180,
    thresholds=(
        Threshold(6, Measure.REVIEW),
        Threshold(12, Measure.WARN),
        Threshold(24, Measure.BLOCK_GALLERY),
        Threshold(36, Measure.BLOCK_MAKING),
        Threshold(48, Measure.SUSPEND),
    ),
)


def terms_of(plan: StrikePlan) -> Terms:
    """Return what a plan says."""
    return Terms(
        reasons=plan.reasons,
        actions=plan.actions,
        days=plan.days,
        thresholds=plan.levels,
        counts_copies=plan.counts_copies,
        text=plan.text,
    )


def checked(terms: Terms) -> Terms:
    """Return terms as a plan can keep them. Raises PlanInvalid."""
    reasons = numbers(terms.reasons, Reason.values, most=MOST_POINTS, what="points of a reason")
    actions = numbers(
        terms.actions,
        [one.value for one in STRIKING],
        most=MOST_TIMES,
        what="weight of a decision",
    )
    if not any(reasons.values()) or not any(actions.values()):
        raise PlanInvalid("Nothing would count. Give points to a reason, and to a decision.")
    if not 1 <= terms.days <= MOST_DAYS:
        raise PlanInvalid(f"A strike lapses after 1 to {MOST_DAYS:,} days.")
    levels = sorted(terms.thresholds, key=lambda one: one.points)
    if not levels:
        raise PlanInvalid("Name at least one threshold, or leave strikes switched off.")
    if not all(1 <= one.points <= HIGHEST for one in levels):
        raise PlanInvalid(f"A threshold has 1 to {HIGHEST:,} points.")
    for lower, higher in pairwise(levels):
        if lower.points == higher.points or lower.measure.severity >= higher.measure.severity:
            raise PlanInvalid("What takes more from a person needs more points.")
    if any(one.at_once and one.measure is Measure.REVIEW for one in levels):
        raise PlanInvalid("Looking at a person is what people do: no rule takes it.")
    text = words_of(terms.text, least=0, most=LONGEST, error=PlanInvalid)
    return Terms(reasons, actions, terms.days, levels, terms.counts_copies, text)


def numbers(
    given: Mapping[str, int], names: Sequence[str], *, most: int, what: str
) -> dict[str, int]:
    """Return a number for each name, 0 where none was given. Raises PlanInvalid."""
    if set(given) - set(names):
        raise PlanInvalid(f"Something that the {what} is named for is not there.")
    if not all(0 <= number <= most for number in given.values()):
        raise PlanInvalid(f"The {what} is a number from 0 to {most}.")
    return {name: given.get(name, 0) for name in names}


@transaction.atomic
def draft_plan(*, moderator: User, terms: Terms) -> StrikePlan:
    """Return a new plan, a draft: nothing is counted by it yet. Raises RankTooLow, PlanInvalid."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    kept = checked(terms)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
    last = StrikePlan.objects.aggregate(last=Max("number"))["last"] or 0
    plan = StrikePlan.objects.create(
        number=last + 1,
        reasons=dict(kept.reasons),
        actions=dict(kept.actions),
        days=kept.days,
        counts_copies=kept.counts_copies,
        thresholds=[one.as_row for one in kept.thresholds],
        text=kept.text,
        made_by=moderator,
    )
    told(plan, moderator, "drafted")
    return plan


def switch_on(*, moderator: User, plan_id: UUID) -> StrikePlan:
    """Return a plan by which strikes are counted from now on, in place of the one before.

    What was counted before keeps its points. It must have been simulated in the last day.
    Raises RankTooLow, NoSuchPlan, PlanUntried, PlanChanged.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    try:
        return put_in_force(moderator=moderator, plan_id=plan_id)
    except IntegrityError as error:
        if "one_in_force" not in str(error):
            raise
        raise PlanChanged("Somebody was quicker. Look at the plan in force now.") from error


@transaction.atomic
def put_in_force(*, moderator: User, plan_id: UUID) -> StrikePlan:
    """Return a plan in force, and let the one before retire. Raises as `switch_on`."""
    plan = locked(plan_id)
    if plan.state == State.IN_FORCE:
        return plan
    fresh = Simulation.objects.filter(plan=plan, ended_at__gt=Now() - FRESH)
    if not fresh.exists():
        raise PlanUntried("Simulate this plan first; a simulation counts for a day.")
    before = StrikePlan.objects.select_for_update(no_key=True).filter(state=State.IN_FORCE)
    for other in before:
        switch(other, State.RETIRED, moderator)
    return switch(plan, State.IN_FORCE, moderator)


@transaction.atomic
def switch_off(*, moderator: User, plan_id: UUID) -> StrikePlan:
    """Return a plan by which nothing is counted any more. Raises RankTooLow, NoSuchPlan."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    plan = locked(plan_id)
    return switch(plan, State.RETIRED, moderator) if plan.state == State.IN_FORCE else plan


def locked(plan_id: UUID) -> StrikePlan:
    """Return a plan, locked. Raises NoSuchPlan."""
    plan = StrikePlan.objects.select_for_update(no_key=True).filter(pk=plan_id).first()
    if plan is None:
        raise NoSuchPlan("There is no such plan of strikes.")
    return plan


def switch(plan: StrikePlan, state: StrikePlan.State, moderator: User) -> StrikePlan:
    """Write the state of a locked plan."""
    plan.state, plan.switched_by, plan.switched_at = state, moderator, Now()
    plan.save(update_fields=["state", "switched_by", "switched_at"])
    told(plan, moderator, state.label.lower())
    plan.refresh_from_db()
    return plan


def told(plan: StrikePlan, moderator: User, what: str) -> None:
    """Write into the log what was done with a plan."""
    note(Verb.PLANNED, actor=moderator, text=f"{plan}: {what}", plan=str(plan.pk))

"""Weighing: what a person's points lead to, once what has changed them is final."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from imagestudio.accounts.models import SiteRole, Standing, User
from imagestudio.moderation.models import Case, Decision, Reached, StrikePlan, Threshold
from imagestudio.moderation.policies import EFFECTS, Measure
from imagestudio.moderation.projections import tallied
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import lock_subject, open_case, person
from imagestudio.moderation.services.deciding import Verdict, decide_by_rule, end_by_rule
from imagestudio.moderation.services.strikes.counting import points_with, steps_about

RULE = "strikes"
UNFOUNDED = (
    "Decisions that counted against you were taken back. Without them your points would not have "
    "led to this."
)


def weigh(*, user_id: UUID) -> Reached | None:
    """Return the threshold that somebody's points have newly come to, if they have.

    What it leads to is proposed in a case about the person, or taken at once. What the rule has
    taken before, and what has counted too much then, ends. Nothing follows while there is a strike
    of which they are not told yet: it can be undone, and when it is told they are weighed again.
    """
    user = User.objects.filter(pk=user_id, closed_at=None).first()
    if user is None:
        return None
    for reached in Reached.objects.filter(user=user, is_taken=True):
        end_unfounded(reached)
    if Decision.objects.strikes_of(user).untold().exists():
        return None
    return reach(user=user) if due(user) else None


@transaction.atomic
def reach(*, user: User) -> Reached | None:
    """Return the threshold that somebody has newly come to, looked at under the case's lock."""
    case = open_case(subject=person(user), lane=Case.Lane.RULE)
    lock_subject(case)
    user = case.user or user
    found = due(user)
    if found is None:  # somebody was quicker: no case was opened
        transaction.set_rollback(True)
        return None
    plan, level, points = found
    # What restricts staff, a person decides: a rule has no rank.
    is_taken = level.at_once and user.site_role == SiteRole.NONE
    is_new = case.entries.count() == 1  # nothing but that it was opened
    reached = Reached.objects.create(
        user=user,
        plan=plan,
        case=case,
        case_version=case.version,
        points=points,
        threshold=level.points,
        measure=level.measure,
        is_taken=is_taken,
    )
    case.weight += points
    if not is_taken:
        case.version += 1  # whoever looks at it should know
    case.save(update_fields=["weight", "version"])
    words = f"{points} points; from {level.points} on: {level.measure.label}"
    note(Verb.REACHED, actor=None, case=case, user=user, text=words, measure=level.measure.value)
    if is_taken:
        verdict = verdict_of(user, level, points)
        decide_by_rule(case=case, verdict=verdict, rule=RULE, is_final=is_new)
    return reached


def due(user: User) -> tuple[StrikePlan, Threshold, int] | None:
    """Return the highest threshold that somebody has come to and nobody has looked at yet.

    With its plan and the points. None where there is none, or it would take nothing more.
    """
    plan, now = StrikePlan.objects.in_force(), timezone.now()
    if plan is None or user.standing == Standing.CLOSED:
        return None
    levels = plan.levels
    tally = tallied(steps_about(user), until=now, levels=[one.points for one in levels])
    points = tally.points[user.pk]
    level = next((one for one in reversed(levels) if one.points <= points), None)
    if level is None or not worsens(level.measure, user):
        return None
    since = tally.since[user.pk, level.points]
    return None if was_reached(user, level.measure, since) else (plan, level, points)


def worsens(measure: Measure, user: User) -> bool:
    """Say whether a measure asks for more than what is in force for a person already."""
    if measure.action is None:
        return True
    return Standing(EFFECTS[measure.action].standing).severity > Standing(user.standing).severity


def was_reached(user: User, measure: Measure, since: datetime) -> bool:
    """Say whether as much, or more, was proposed or taken already while the points were there."""
    found = Reached.objects.filter(user=user, at__gte=since).values_list("measure", flat=True)
    return any(Measure(one).severity >= measure.severity for one in found)


def verdict_of(user: User, level: Threshold, points: int) -> Verdict:
    """Return what the rule decides about a person, with the reason that most points have."""
    action = level.measure.action
    if action is None:
        raise ValueError("A look is not taken by a rule.")
    return Verdict(action, reason=main_reason(user), facts=facts_of(level.points, points))


def facts_of(threshold: int, points: int) -> str:
    """Return what a person reads about their points."""
    return (
        f"Decisions about your pictures add up to {points} points. This follows from "
        f"{threshold} points on. Each of these decisions stands on the page of your decisions."
    )


def main_reason(user: User) -> str:
    """Return the reason for which most of somebody's points stand now; empty without any."""
    tally = tallied(steps_about(user), until=timezone.now())
    keys = [step.key for step in tally.counted.values() if step.user == user.pk]
    strikes = Decision.objects.filter(pk__in=keys).order_by("at", "id")
    points: dict[str, int] = {}
    for reason, count in strikes.values_list("reason", "strike_points"):
        points[reason] = points.get(reason, 0) + count
    return max(points, key=lambda reason: points[reason], default="")


def end_unfounded(reached: Reached) -> bool:
    """Take back what the rule decided at a threshold that was not reached rightly; say if it was.

    That is where decisions that had counted were taken back since, and the others do not suffice.
    """
    decision = reached.decision
    if decision is None or not is_unfounded(reached):
        return False
    in_force = Decision.objects.in_force().filter(pk=decision.pk)
    return end_by_rule(
        decision_id=decision.pk,
        rule=RULE,
        text=UNFOUNDED,
        is_due=lambda: in_force.exists() and is_unfounded(reached),
    )


def is_unfounded(reached: Reached) -> bool:
    """Say whether a threshold would not have been reached without what was taken back since."""
    steps = steps_about(reached.user)
    gone = {one.undoes for one in steps if one.undoes}
    points = points_with(steps, user=reached.user_id, at=reached.at, gone=gone)
    return points < reached.threshold

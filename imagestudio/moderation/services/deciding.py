"""Decisions: one at a time in each case, on the version of it that the moderator has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import Standing, User
from imagestudio.accounts.services.access import change_account_standing, change_standing
from imagestudio.events.services import Happening, record
from imagestudio.library.services.publishing import lock_image, settle
from imagestudio.moderation.exceptions import (
    ActionNotOffered,
    CannotReverse,
    CaseChanged,
    DecisionInvalid,
    NoSuchDecision,
    RankTooLow,
)
from imagestudio.moderation.models import Appeal, Case, Decision, Notice
from imagestudio.moderation.permissions import affected_by, offered, open_appeal
from imagestudio.moderation.policies import EFFECTS, Action, Effect, Rank, Reason, rank_of
from imagestudio.moderation.projections import Settled, without
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import LONGEST, close_case, lock_case
from imagestudio.moderation.services.claims import held
from imagestudio.moderation.services.notices import withdraw_notice, write_notice
from imagestudio.moderation.services.reports import answer_reports


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator, or a rule, decides, and why.

    `facts` and `reason` are told to the affected person, `note` is for moderators alone.
    """

    action: Action
    reason: str = ""
    facts: str = ""
    note: str = ""
    legal_ground: str = ""
    ends_at: datetime | None = None
    outcome: Case.Outcome | None = None  # how the case ends, if not as the action says
    batch_id: UUID | None = None


def decide(*, moderator: User, case_id: UUID, version: int, verdict: Verdict) -> Decision:
    """Return the decision of a case, which it closes.

    `version` is the case's when the moderator looked at it. Raises NoSuchCase, CaseChanged (also
    when it was decided), CaseClaimed, DecisionInvalid, ActionNotOffered (of which a trace stays).
    """
    check(verdict)
    with transaction.atomic():
        case = lock_case(case_id)
        if case.version != version or case.state == Case.State.CLOSED:
            raise CaseChanged(
                "It was decided or has changed. Look at it again.", version=case.version
            )
        others = Case.objects.filter(pk=case.pk).free_for(moderator)
        if not others.exists():
            raise held(case)
        if verdict.action in offered(case, moderator):
            return carry_out(case=case, verdict=verdict, actor=moderator)
        note(Verb.REFUSED, actor=moderator, case=case, action=verdict.action)
    raise ActionNotOffered("This case does not offer that action to you.")


def decide_by_rule(*, case: Case, verdict: Verdict, rule: str) -> Decision:
    """Return what a rule decides in a locked case, which it closes; a person can appeal to it."""
    check(verdict)
    return carry_out(case=case, verdict=verdict, actor=None, rule=rule)


def check(verdict: Verdict) -> None:
    """Do nothing if a verdict says all that it has to. Raises DecisionInvalid."""
    if EFFECTS[verdict.action].restricts and not (verdict.facts.strip() and verdict.reason):
        raise DecisionInvalid("Name the reason, and say what you saw: the person is told both.")
    if verdict.reason and verdict.reason not in Reason.values:
        raise DecisionInvalid("This is not one of the reasons.")
    if max(map(len, (verdict.facts, verdict.note))) > LONGEST or len(verdict.legal_ground) > 500:
        raise DecisionInvalid(f"Facts and note have at most {LONGEST:,} characters, a ground 500.")
    if verdict.ends_at is not None and verdict.ends_at <= timezone.now():
        raise DecisionInvalid("It has to end in the future.")


def carry_out(*, case: Case, verdict: Verdict, actor: User | None, rule: str = "") -> Decision:
    """Write a decision in a locked case, with all that follows from it."""
    appeal = open_appeal(case)
    appealed = appeal.decision if appeal and verdict.action == Action.REVERSE else None
    effect = EFFECTS[verdict.action]
    if appealed is not None:
        effect = restored(case, appealed, reviewed="approved")
    decision = write(case, verdict, effect, actor=actor, rule=rule, reverses=appealed)
    apply(case, effect)
    if appeal is not None:
        settle_appeal(appeal, decision)
    acted = EFFECTS[verdict.action].restricts or verdict.action == Action.REVERSE
    close_case(
        case,
        verdict.outcome or (Case.Outcome.ACTIONED if acted else Case.Outcome.NO_VIOLATION),
    )
    answer_reports(case)
    write_notice(decision)
    note(
        Verb.DECIDED,
        actor=actor,
        case=case,
        user=decision.affected,
        text=verdict.note,
        action=verdict.action,
        decision=str(decision.pk),
    )
    tell(decision)
    return decision


def write(
    case: Case,
    verdict: Verdict,
    effect: Effect,
    *,
    actor: User | None,
    rule: str = "",
    reverses: Decision | None = None,
) -> Decision:
    """Write the row of a decision, on the present version of its case, which moves on."""
    reason = Reason(verdict.reason) if verdict.reason else None
    decision = Decision.objects.create(
        case=case,
        case_version=case.version,
        account=case.account,
        affected=affected_by(case),
        actor=actor,
        rule=rule,
        automated_decide=actor is None,
        automated_detect=actor is None or case.lane == Case.Lane.RULE,
        action=verdict.action,
        reason=reason or "",
        policy=reason.policy if reason else "",
        facts=verdict.facts.strip(),
        note=verdict.note.strip(),
        legal_ground=verdict.legal_ground.strip(),
        ends_at=verdict.ends_at,
        origin=origin_of(case),
        moderation=effect.moderation,
        review=effect.review,
        standing=effect.standing,
        reverses=reverses,
        batch_id=verdict.batch_id,
    )
    case.version += 1
    case.save(update_fields=["version"])
    return decision


def origin_of(case: Case) -> Decision.Origin:
    """Return what made the studio look at the subject of a case."""
    if case.appeals.filter(decided_at=None).exists():
        return Decision.Origin.APPEAL
    return Decision.Origin.REPORT if case.reports.exists() else Decision.Origin.OWN


def apply(case: Case, effect: Effect | Settled) -> None:
    """Write what is in force now into the rows that every read looks at."""
    if case.image_id and (effect.moderation or effect.review):
        image = lock_image(case.image_id)
        review = effect.review if image.visibility == image.Visibility.PUBLIC else ""
        settle(image=image, moderation=effect.moderation, review=review)
    if effect.standing and case.user is not None:
        change_standing(user=case.user, standing=Standing(effect.standing))
    if effect.standing and case.subject_account is not None:
        change_account_standing(account=case.subject_account, standing=Standing(effect.standing))


def history_of(case: Case) -> Sequence[Decision]:
    """Return all decisions about the subject of a case, in the order in which they were taken."""
    found = Decision.objects.filter(**{f"case__{name}": one for name, one in case.subject.items()})
    return list(found.order_by("at", "id"))


def restored(case: Case, gone: Decision, *, reviewed: str) -> Effect:
    """Return what is in force when a decision is taken back, of what it had set.

    `reviewed` is what becomes of a picture whose review was decided by it alone.
    """
    left = without(history_of(case), gone)
    return Effect(
        moderation=left.moderation if gone.moderation else "",
        review=(left.review or reviewed) if gone.review else "",
        standing=left.standing if gone.standing else "",
        restricts=False,
    )


@transaction.atomic
def take_back(*, moderator: User, decision_id: UUID, text: str = "") -> Decision:
    """Return the decision that takes another one back; what was before is in force again.

    Whoever decided may do so before the person was told: then nobody ever is, and the case is
    open again. Later it takes a senior moderator.
    Raises NoSuchDecision, RankTooLow, CannotReverse (also for one that was taken back).
    """
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None:
        raise NoSuchDecision("There is no such decision.")
    case = lock_case(found.case_id)
    decision = Decision.objects.get(pk=decision_id)
    refuse_if_settled(decision)
    in_time = withdraw_notice(decision) if decision.actor == moderator else False
    if not in_time and rank_of(moderator.site_role) < Rank.SENIOR_MODERATOR:
        raise RankTooLow("The person has been told. A senior moderator can take it back.")
    if affected_by(case) == moderator:
        raise RankTooLow("Nobody decides about things of their own.")
    effect = restored(case, decision, reviewed="requested" if in_time else "approved")
    verdict = Verdict(Action.REVERSE, facts=text, batch_id=decision.batch_id)
    reversal = write(case, verdict, effect, actor=moderator, reverses=decision)
    apply(case, effect)
    if in_time:
        reopen(case)
    elif Notice.objects.filter(decision=decision).exists():
        write_notice(reversal)
    note(
        Verb.REVERSED,
        actor=moderator,
        case=case,
        user=reversal.affected,
        text=text,
        decision=str(decision.pk),
    )
    tell(reversal)
    return reversal


def refuse_if_settled(decision: Decision) -> None:
    """Do nothing if a decision can be taken back. Raises CannotReverse."""
    if decision.action in {Action.REVERSE, Action.UPHOLD}:
        raise CannotReverse("This is the answer to another decision. Decide anew.")
    if Decision.objects.filter(reverses=decision).exists():
        raise CannotReverse("It was taken back already.")
    if Appeal.objects.filter(decision=decision, decided_at=None).exists():
        raise CannotReverse("An objection to it waits: decide that.")


def reopen(case: Case) -> None:
    """Open a closed case again, unless another one about its subject is open by now."""
    columns = {
        name: getattr(case, name) for name in ("image", "user", "subject_account", "screening")
    }
    subject = {name: thing for name, thing in columns.items() if thing is not None}
    if case.state == Case.State.CLOSED and not Case.objects.unclosed().about(**subject).exists():
        case.state, case.outcome, case.closed_at = Case.State.OPEN, "", None
        case.save(update_fields=["state", "outcome", "closed_at"])
        case.reports.update(answered_at=None, answer="")


def settle_appeal(appeal: Appeal, answer: Decision) -> None:
    """Note how an appeal was decided, and by whom."""
    overturned = answer.action == Action.REVERSE
    appeal.outcome = Appeal.Outcome.OVERTURNED if overturned else Appeal.Outcome.UPHELD
    appeal.decided_by, appeal.decided_at = answer.actor, Now()
    appeal.save(update_fields=["outcome", "decided_by", "decided_at"])


def tell(decision: Decision) -> None:
    """Record the event of a decision: the last statement of its transaction."""
    image = decision.case.image_id
    data = {"decision": str(decision.pk), **({"image": str(image)} if image else {})}
    record(Happening(decision.account_id, "moderation.decided", data))

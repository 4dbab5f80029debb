"""Appeals: a person objects to a decision once, and somebody else looks at it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import AppealInvalid, CannotAppeal, NoSuchDecision
from imagestudio.moderation.models import APPEAL_WINDOW, Appeal, Case, Decision, Notice
from imagestudio.moderation.policies import EFFECTS, Action, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import Subject, open_case, words_of
from imagestudio.moderation.services.notices import lock_notice


@transaction.atomic
def appeal(*, user: User, decision_id: UUID, text: str) -> Appeal:
    """Return the appeal of the affected person against a decision.

    Raises NoSuchDecision (also for one about somebody else), CannotAppeal, AppealInvalid.
    """
    told = Notice.objects.to(user).filter(decision=decision_id)
    if not told.exists():
        raise NoSuchDecision("There is no such decision about you.")
    words = words_of(text, error=AppealInvalid)
    decision = Decision.objects.select_related("case").get(pk=decision_id)
    if why := why_not(decision):
        raise CannotAppeal(why)
    case = open_case(subject=subject_of(decision.case), lane=lane_of(decision), actor=user)
    lock_notice(decision_id)  # who takes it back does so, too: one of the two sees the other's deed
    decision = Decision.objects.select_related("case").get(pk=decision_id)
    if why := why_not(decision):
        raise CannotAppeal(why)
    made = Appeal.objects.create(
        decision=decision,
        decision_actor=decision.actor,
        case=case,
        user=user,
        text=words,
    )
    note(Verb.APPEALED, actor=user, case=case, user=user, decision=str(decision.pk))
    return made


def lane_of(decision: Decision) -> Case.Lane:
    """Return the lane of an appeal: what was decided in the legal lane is looked at again there."""
    reason = Reason(decision.reason) if decision.reason else None
    was_legal = decision.case.lane == Case.Lane.LEGAL or (reason is not None and reason.is_legal)
    return Case.Lane.LEGAL if was_legal else Case.Lane.APPEAL


def why_not(decision: Decision) -> str:
    """Return why a decision cannot be appealed, empty if it can."""
    if not EFFECTS[Action(decision.action)].restricts:
        return "It takes nothing from you."
    if Appeal.objects.filter(decision=decision).exists():
        return "You have objected to it already."
    if Decision.objects.filter(reverses=decision).exists():
        return "It was taken back already."
    if timezone.now() > decision.at + APPEAL_WINDOW:
        return f"It is more than {APPEAL_WINDOW.days} days ago."
    return ""


def subject_of(case: Case) -> Subject:
    """Return what a case is about, to open another one."""
    [(column, thing)] = case.subject.items()
    return Subject(Case.Kind(case.kind), column, thing, case.account)

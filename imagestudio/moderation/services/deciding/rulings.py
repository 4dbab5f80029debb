"""Deciding a case: by a moderator, or by a rule."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import ActionNotOffered, CaseChanged, CaseClaimed
from imagestudio.moderation.models import BulkCase, BulkDeed, Case, Decision
from imagestudio.moderation.permissions import offered, why_not
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import held, lock_case, lock_subject
from imagestudio.moderation.services.deciding.carrying_out import carry_out
from imagestudio.moderation.services.deciding.verdicts import Verdict, check


def decide(*, moderator: User, case_id: UUID, version: int, verdict: Verdict) -> Decision:
    """Return the decision of a case, which it closes unless something else waits in it.

    `version` is the case's when the moderator looked at it. Not to be called in a transaction: of
    a try that is refused a line stays in the log. Raises NoSuchCase, CaseChanged (also when it was
    decided), CaseClaimed, DecisionInvalid, ActionNotOffered.
    """
    check(verdict)
    with transaction.atomic():
        case = lock_seen(moderator=moderator, case_id=case_id, version=version)
        actor = User.objects.get(pk=moderator.pk)  # their rank as it is now
        if verdict.action in offered(case, actor):
            return carry_out(case=case, verdict=verdict, actor=actor)
        note(Verb.REFUSED, actor=actor, case=case, action=verdict.action)
    raise ActionNotOffered("This case does not offer that action to you.")


def decide_one_of(*, deed: BulkDeed, one: BulkCase, verdict: Verdict) -> BulkCase.Why | None:
    """Decide one of the cases of a bulk deed; return why it is left alone, None if it is not.

    By the same rules as `decide`. To be called in a transaction.
    """
    try:
        case = lock_seen(moderator=deed.actor, case_id=one.case_id, version=one.version)
    except CaseChanged:
        return BulkCase.Why.CHANGED
    except CaseClaimed:
        return BulkCase.Why.HELD
    actor = User.objects.get(pk=deed.actor_id)
    why = why_not(case, actor, verdict.action)
    if why is None:
        carry_out(case=case, verdict=verdict, actor=actor)
    return why


def lock_seen(*, moderator: User, case_id: UUID, version: int) -> Case:
    """Return a case as a moderator has seen it, locked with its subject.

    Raises NoSuchCase, CaseChanged, CaseClaimed.
    """
    case = lock_case(case_id)
    if case.version != version or case.state == Case.State.CLOSED:
        raise CaseChanged("It was decided or has changed. Look at it again.", version=case.version)
    if not Case.objects.filter(pk=case.pk).free_for(moderator).exists():
        raise held(case)
    lock_subject(case)
    return case


def decide_by_rule(*, case: Case, verdict: Verdict, rule: str, is_final: bool = True) -> Decision:
    """Return what a rule decides in a locked case; a person can appeal to it.

    Where it is not final the case stays open: somebody looks at it. Raises DecisionInvalid.
    """
    check(verdict)
    lock_subject(case)
    return carry_out(case=case, verdict=verdict, actor=None, rule=rule, is_final=is_final)

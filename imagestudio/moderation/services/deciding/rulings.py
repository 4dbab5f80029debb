"""Deciding a case: by a moderator, or by a rule."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import ActionNotOffered, CaseChanged
from imagestudio.moderation.models import Case, Decision
from imagestudio.moderation.permissions import offered
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
        case = lock_case(case_id)
        if case.version != version or case.state == Case.State.CLOSED:
            raise CaseChanged(
                "It was decided or has changed. Look at it again.", version=case.version
            )
        if not Case.objects.filter(pk=case.pk).free_for(moderator).exists():
            raise held(case)
        lock_subject(case)
        actor = User.objects.get(pk=moderator.pk)  # their rank as it is now
        if verdict.action in offered(case, actor):
            return carry_out(case=case, verdict=verdict, actor=actor)
        note(Verb.REFUSED, actor=actor, case=case, action=verdict.action)
    raise ActionNotOffered("This case does not offer that action to you.")


def decide_by_rule(*, case: Case, verdict: Verdict, rule: str, is_final: bool = True) -> Decision:
    """Return what a rule decides in a locked case; a person can appeal to it.

    Where it is not final the case stays open: somebody looks at it. Raises DecisionInvalid.
    """
    check(verdict)
    lock_subject(case)
    return carry_out(case=case, verdict=verdict, actor=None, rule=rule, is_final=is_final)

"""Before and around a decision: what a person would read, and cases that a moderator opens."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import ActionNotOffered, LookTooPlain, NoSuchCase
from imagestudio.moderation.models import Case, Decision
from imagestudio.moderation.permissions import (
    affected_by,
    maker_of,
    offered,
    open_appeal,
)
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.banning import ban_picture, require_look
from imagestudio.moderation.services.cases import open_case, person, whole_account
from imagestudio.moderation.services.claims import claim
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.moderation.services.deciding.carrying_out import is_found_by_rule, origin_of
from imagestudio.moderation.services.deciding.verdicts import check
from imagestudio.moderation.services.notices import SILENT, name_of
from imagestudio.moderation.services.panel.dossier import case_of
from imagestudio.moderation.services.strikes.counting import Outlook, outlook_of, strike_of
from imagestudio.moderation.statements import Statement, statement_of

BANNING = (Action.REMOVE, Action.QUARANTINE)  # with which the bytes can be banned, too


def preview(*, moderator: User, case_id: UUID, verdict: Verdict) -> Statement | None:
    """Return what the affected person would be told by a decision; None: nothing.

    Raises NoSuchCase, DecisionInvalid, ActionNotOffered.
    """
    case = case_of(moderator, case_id)
    check(verdict)
    if verdict.action not in offered(case, moderator):
        raise ActionNotOffered("This case does not offer that action to you.")
    if verdict.action in SILENT:
        return None
    reason = Reason(verdict.reason) if verdict.reason else None
    appeal = open_appeal(case)
    reader = appeal.user if appeal else affected_by(case)
    strike = strike_of(
        case=case, action=verdict.action, reason=verdict.reason, ends_at=verdict.ends_at
    )
    draft = Decision(
        case=case,
        affected=reader,
        actor=moderator,
        action=verdict.action,
        reason=reason or "",
        policy=reason.policy if reason else "",
        facts=verdict.facts.strip(),
        legal_ground=verdict.legal_ground.strip(),
        ends_at=verdict.ends_at,
        origin=origin_of(case),
        automated_detect=is_found_by_rule(case),
        **(strike.columns if strike else {}),
    )
    return statement_of(draft, what=name_of(case, reader))


def outlook(*, moderator: User, case_id: UUID, verdict: Verdict) -> Outlook | None:
    """Return what a decision would add to a person's points; None where it would add nothing.

    Raises NoSuchCase.
    """
    case = case_of(moderator, case_id)
    return outlook_of(
        case=case, action=verdict.action, reason=verdict.reason, ends_at=verdict.ends_at
    )


def decide_and_ban(
    *,
    moderator: User,
    case_id: UUID,
    version: int,
    verdict: Verdict,
    bans: bool | None = None,
    with_look: bool | None = None,
) -> Decision:
    """Return a decision; a picture that it hides from everybody is banned after it, if wished.

    Its bytes are, and with them its look. Without a wish, the reason says so. What is refused
    leaves its trace, as in `decide`; a ban that was lost on the way can be made on the page of the
    closed case. Raises as `decide`, and LookTooPlain before anything is decided.
    """
    by_reason = verdict.reason in Reason.values and Reason(verdict.reason).bans_copies
    bans = (bool(with_look) or by_reason if bans is None else bans) and verdict.action in BANNING
    if bans and with_look is None:
        with_look = by_reason and has_look(case_id)
    elif bans and with_look:
        require_look(case_id)
    if not bans:
        return decide(moderator=moderator, case_id=case_id, version=version, verdict=verdict)
    decision = decide(moderator=moderator, case_id=case_id, version=version, verdict=verdict)
    ban_picture(moderator=moderator, case_id=case_id, with_look=bool(with_look))
    return decision


def has_look(case_id: UUID) -> bool:
    """Say whether the picture of a case can be told by its look."""
    try:
        require_look(case_id)
    except (LookTooPlain, NoSuchCase):
        return False
    return True


@transaction.atomic
def open_about(*, moderator: User, case_id: UUID, about: Case.Kind) -> Case:
    """Return the open case about the person, or the account, behind another case, in hand.

    Raises NoSuchCase, CaseClaimed, ActionNotOffered (about somebody's own account).
    """
    case = case_of(moderator, case_id)
    subject = person(maker_of(case)) if about is Case.Kind.USER else whole_account(case.account)
    opened = open_case(subject=subject, lane=Case.Lane.REPORT, actor=moderator)
    note(Verb.RELATED, actor=moderator, case=opened, of=str(case.pk))
    return claim(moderator=moderator, case_id=opened.pk)

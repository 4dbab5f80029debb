"""What is decided, and why, before it is a row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from imagestudio.moderation.exceptions import DecisionInvalid
from imagestudio.moderation.models import Case
from imagestudio.moderation.policies import EFFECTS, Action, Reason
from imagestudio.moderation.services.cases import LONGEST, words_of

LONGEST_GROUND = 500  # characters
ENDLESS = (Action.REJECT,)  # what restricts and cannot end by itself
Outcome = Case.Outcome
CLOSING = (Outcome.NO_VIOLATION, Outcome.INVALID_REPORT, Outcome.DUPLICATE)  # with `KEEP` alone


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator, or a rule, decides, and why.

    `facts` and `reason` are told to the affected person, `note` is for moderators alone. `outcome`
    says how a case ends in which nothing was done.
    """

    action: Action
    reason: str = ""
    facts: str = ""
    note: str = ""
    legal_ground: str = ""
    ends_at: datetime | None = None
    outcome: Case.Outcome | None = None
    bulk_id: UUID | None = None  # the bulk deed of which it is one of many


def check(verdict: Verdict) -> None:
    """Do nothing if a verdict says all that it has to, and no more. Raises DecisionInvalid."""
    restricts = EFFECTS[verdict.action].restricts
    if restricts and not (verdict.facts.strip() and verdict.reason):
        raise DecisionInvalid("Name the reason, and say what you saw: the person is told both.")
    if verdict.reason and verdict.reason not in Reason.values:
        raise DecisionInvalid("This is not one of the reasons.")
    for text, longest in (
        (verdict.facts, LONGEST),
        (verdict.note, LONGEST),
        (verdict.legal_ground, LONGEST_GROUND),
    ):
        words_of(text, least=0, most=longest)
    if verdict.outcome and (verdict.action != Action.KEEP or verdict.outcome not in CLOSING):
        raise DecisionInvalid("Only a case in which nothing is done can end in another way.")
    if verdict.ends_at is not None:
        check_end(verdict)


def check_end(verdict: Verdict) -> None:
    """Do nothing if what is decided can end at the given time. Raises DecisionInvalid."""
    if not EFFECTS[verdict.action].restricts or verdict.action in ENDLESS:
        raise DecisionInvalid("This does not end by itself.")
    end = verdict.ends_at
    if end is None or timezone.is_naive(end) or end <= timezone.now():
        raise DecisionInvalid("It has to end in the future.")

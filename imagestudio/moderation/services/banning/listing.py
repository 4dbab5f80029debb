"""The list of bans: what a moderator puts on it, and takes off it."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.library.models import KnownBadHash
from imagestudio.library.services import appearances, bans
from imagestudio.library.visibility import HIDDEN_FROM_ALL
from imagestudio.moderation.exceptions import (
    ActionNotOffered,
    LookTooPlain,
    NoSuchBan,
    NoSuchCase,
    RankTooLow,
)
from imagestudio.moderation.models import BulkDeed, Case, Decision, Notice
from imagestudio.moderation.permissions import is_own, rank_for, require_rank
from imagestudio.moderation.policies import EFFECTS, Action, Rank, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.banning.judging import ACTIONS, hiding
from imagestudio.moderation.services.banning.sweeping import begin_sweep, stop_sweeps
from imagestudio.moderation.services.cases import lock_case, lock_subject
from imagestudio.moderation.services.deciding import take_back


def ban_picture(*, moderator: User, case_id: UUID, with_look: bool = False) -> list[KnownBadHash]:
    """Return the bans of a case's picture, which a decision hides from everybody.

    Of its bytes, and of its look if that is asked for. The whole store is searched for both in the
    background. Raises NoSuchCase, RankTooLow, ActionNotOffered, LookTooPlain.
    """
    if with_look:
        require_look(case_id)
    return _ban(moderator=moderator, case_id=case_id, with_look=with_look)


@transaction.atomic
def _ban(*, moderator: User, case_id: UUID, with_look: bool) -> list[KnownBadHash]:
    case = lock_case(case_id)
    lock_subject(case)
    if case.image is None or case.image.file is None:
        raise NoSuchCase("There is no such case of a picture that is still there.")
    if case.image.moderation not in HIDDEN_FROM_ALL or is_own(case, moderator):
        raise ActionNotOffered("Decide first that nobody may see it.")
    rank = max(rank_for(ACTIONS[case.image.moderation], case), Case.Lane(case.lane).rank)
    require_rank(rank, moderator)
    last = hiding(case.image)
    made = bans.ban(
        image=case.image,
        hides=case.image.moderation,
        reason=last.reason if last else Reason.OTHER,
        with_look=with_look,
        user=moderator,
    )
    hashes = ",".join(bytes(one.hash).hex() for one in made)
    kinds = ",".join(sorted({str(one.kind) for one in made}))
    note(Verb.BANNED, actor=moderator, case=case, hashes=hashes, kinds=kinds)
    for one in made:
        stop_sweeps(one)  # of when it hid less
        begin_sweep(ban=one, user=moderator)
    return made


def bans_together(deed: BulkDeed) -> bool:
    """Say whether the pictures are banned that a bulk deed hides: its reason says so."""
    hides = bool(deed.action) and EFFECTS[Action(deed.action)].moderation in HIDDEN_FROM_ALL
    return hides and deed.reason in Reason.values and Reason(deed.reason).bans_copies


def ban_together(*, deed_id: UUID) -> int:
    """Ban what a bulk deed has hidden and still hides, with its looks; return how many cases.

    Each in a transaction of its own, once the deed cannot be taken back unnoticed. Doing it again
    changes nothing.
    """
    done = BulkDeed.objects.filter(state=BulkDeed.State.DONE).select_related("actor")
    deed = done.filter(pk=deed_id).first()
    if deed is None or not bans_together(deed):
        return 0
    decisions = Decision.objects.in_force().filter(bulk=deed, moderation__in=HIDDEN_FROM_ALL)
    return sum(ban_one_of(deed, key) for key in list(decisions.values_list("case", flat=True)))


def ban_one_of(deed: BulkDeed, case_id: UUID) -> bool:
    """Ban the picture of one case of a bulk deed; say whether its moderator still may."""
    try:
        _ban(moderator=deed.actor, case_id=case_id, with_look=True)
    except (NoSuchCase, RankTooLow, ActionNotOffered):
        return False
    return True


def require_look(case_id: UUID) -> None:
    """Do nothing if the picture of a case can be told by its look. Raises NoSuchCase, LookTooPlain.

    A picture that nobody has looked at yet is looked at now.
    """
    case = Case.objects.select_related("image__file").filter(pk=case_id).first()
    file = case.image.file if case and case.image else None
    if file is None:
        raise NoSuchCase("There is no such case of a picture that is still there.")
    appearances.look_at(file)
    if bans.look_of(file) is None:
        raise LookTooPlain("It is too plain to be told by its appearance. Ban its bytes alone.")


@transaction.atomic
def lift_ban(*, moderator: User, ban_id: UUID) -> KnownBadHash:
    """Return a ban that has ended; pictures stay as they were decided.

    Those that only wait because they look like the banned one are let go. Raises RankTooLow,
    NoSuchBan (also for one that had ended).
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    return _lift(moderator=moderator, ban_id=ban_id)


@transaction.atomic
def undo_decision(*, moderator: User, decision_id: UUID, text: str = "") -> Decision:
    """Return the decision that takes another one back, as `take_back` does.

    Where nobody is told of it the bans are lifted that came with the decision: all is as if it had
    never been. Raises as `take_back`.
    """
    reversal = take_back(moderator=moderator, decision_id=decision_id, text=text)
    gone = reversal.reverses
    if gone is None or gone.case.image_id is None or is_told(reversal):
        return reversal
    made = KnownBadHash.objects.filter(image=gone.case.image_id, lifted_at=None)
    made = made.filter(added_by=moderator, added_at__gte=gone.at).order_by("pk")
    for key in made.values_list("pk", flat=True):
        _lift(moderator=moderator, ban_id=key)
    return reversal


def is_told(decision: Decision) -> bool:
    """Say whether somebody is told of a decision."""
    return Notice.objects.filter(decision=decision).exists()


def _lift(*, moderator: User, ban_id: UUID) -> KnownBadHash:
    lifted = bans.lift(ban_id=ban_id, user=moderator)
    if lifted is None:
        raise NoSuchBan("There is no such ban in force.")
    stop_sweeps(lifted)
    note(Verb.UNBANNED, actor=moderator, hashes=bytes(lifted.hash).hex(), kinds=str(lifted.kind))
    if lifted.kind == KnownBadHash.Kind.LOOK:
        enqueue("moderation.let_go", ban_id=str(lifted.pk))
    return lifted

"""The list of bans: what a moderator puts on it, and takes off it."""

from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.library.models import KnownBadHash
from imagestudio.library.services import appearances, bans
from imagestudio.library.visibility import HIDDEN_FROM_ALL
from imagestudio.moderation.exceptions import ActionNotOffered, LookTooPlain, NoSuchBan, NoSuchCase
from imagestudio.moderation.models import Case
from imagestudio.moderation.permissions import is_own, rank_for, require_rank
from imagestudio.moderation.policies import Rank, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.banning.judging import ACTIONS, hiding
from imagestudio.moderation.services.banning.sweeping import begin_sweep, stop_sweeps
from imagestudio.moderation.services.cases import lock_case, lock_subject


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
    lifted = bans.lift(ban_id=ban_id, user=moderator)
    if lifted is None:
        raise NoSuchBan("There is no such ban in force.")
    stop_sweeps(lifted)
    note(Verb.UNBANNED, actor=moderator, hashes=bytes(lifted.hash).hex(), kinds=str(lifted.kind))
    if lifted.kind == KnownBadHash.Kind.LOOK:
        enqueue("moderation.let_go", ban_id=str(lifted.pk))
    return lifted

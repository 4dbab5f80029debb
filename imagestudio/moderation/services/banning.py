"""Bans of bytes: what a moderator bans leaves every library's sight, and never enters one again."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.library.models import Image, KnownBadHash
from imagestudio.library.services import bans
from imagestudio.library.visibility import HIDDEN_FROM_ALL
from imagestudio.moderation.exceptions import ActionNotOffered, NoSuchCase
from imagestudio.moderation.models import Case, Decision
from imagestudio.moderation.permissions import is_own, rank_for, require_rank
from imagestudio.moderation.policies import EXACT_COPY, Action, Rank, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import lock_case, lock_subject, open_case, picture
from imagestudio.moderation.services.deciding import Verdict, decide_by_rule

RULE = EXACT_COPY
FACTS = "It has exactly the same bytes as a picture that was decided about before."
SLICE = 100  # images that are looked up at once
ONCE_MORE = 60  # seconds after which uploads that were under way during a ban are found, too
ACTIONS = {"hidden_all": Action.REMOVE, "quarantined_legal": Action.QUARANTINE}


@transaction.atomic
def ban_picture(*, moderator: User, case_id: UUID) -> list[KnownBadHash]:
    """Return the bans of the bytes of a case's picture, which a decision hides from everybody.

    Every copy in every library follows in the background. Raises NoSuchCase, RankTooLow,
    ActionNotOffered.
    """
    case = lock_case(case_id)
    lock_subject(case)
    if case.image is None or case.image.file is None:
        raise NoSuchCase("There is no such case of a picture that is still there.")
    if case.image.moderation not in HIDDEN_FROM_ALL or is_own(case, moderator):
        raise ActionNotOffered("Decide first that nobody may see it.")
    require_rank(rank_for(ACTIONS[case.image.moderation], case), moderator)
    last = hiding(case.image)
    made = bans.ban(
        file=case.image.file,
        hides=case.image.moderation,
        reason=last.reason if last else Reason.OTHER,
        user=moderator,
    )
    note(Verb.BANNED, actor=moderator, case=case, hashes=",".join(hexes(made)))
    for wait in (0, ONCE_MORE):
        enqueue("moderation.hide_copies", wait=wait, hashes=[*hexes(made)])
    return made


@transaction.atomic
def lift_ban(*, moderator: User, hash: bytes) -> bool:  # noqa: A002 - what it is
    """Say whether a ban was ended by this; pictures stay as they were decided.

    Raises RankTooLow.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    lifted = bans.lift(hash=hash, user=moderator)
    if lifted:
        note(Verb.UNBANNED, actor=moderator, hashes=hash.hex())
    return bool(lifted)


def hide_copies(*, hashes: Sequence[bytes]) -> int:
    """Hide every picture with these banned bytes, each by a decision, and return how many.

    What was hidden before is passed over, so that it can be killed and done again.
    """
    count, last = 0, UUID(int=0)
    copies = bans.copies_of(hashes)
    while keys := list(copies.filter(pk__gt=last).values_list("pk", flat=True)[:SLICE]):
        count += sum(note_held(image_id=key) for key in keys)
        last = keys[-1]
    return count


@transaction.atomic
def note_held(*, image_id: UUID) -> bool:
    """Write the decision that hides a picture because of its bytes; say if there was one to write.

    They are banned, or its account has them in a picture that a decision hides from everybody.
    Called for copies of what was just banned, and for what enters a library hidden.
    """
    image = Image.objects.select_related("file", "account").filter(pk=image_id).first()
    if image is None or wanted(image) is None:
        return False
    case = open_case(subject=picture(image), lane=Case.Lane.RULE)
    lock_subject(case)
    verdict = wanted(case.image) if case.image else None
    if verdict is None:  # somebody was quicker: nothing is decided, no case was opened
        transaction.set_rollback(True)
        return False
    decide_by_rule(case=case, rule=RULE, verdict=verdict)
    return True


def wanted(image: Image) -> Verdict | None:
    """Return what is to be decided about a picture because of its bytes; None if it is so already.

    What a person has decided about this picture after the ban stays.
    """
    if image.file is None:
        return None
    decided = Decision.objects.filter(case__image=image).exclude(moderation="")
    ban = bans.ban_of(image.file)
    if ban is not None:
        decided = decided.filter(at__gte=ban.added_at)
    hides = bans.graver(ban.hides if ban else "", image.moderation)
    if hides not in HIDDEN_FROM_ALL or decided.exists():
        return None
    if image.moderation == hides and hiding(image) is not None:
        return None
    return Verdict(
        Action(ACTIONS[hides]), reason=ban.reason if ban else twin_of(image), facts=FACTS
    )


def hiding(image: Image) -> Decision | None:
    """Return the newest decision in force that hides a picture as it is."""
    found = Decision.objects.in_force().filter(case__image=image, moderation=image.moderation)
    return found.order_by("-at", "-id").first()


def twin_of(image: Image) -> str:
    """Return the reason for which another picture of the same file is hidden."""
    twins = Decision.objects.in_force().filter(
        case__image__file=image.file, moderation=image.moderation
    )
    found = twins.exclude(reason="").order_by("-at", "-id").first()
    return found.reason if found else Reason.OTHER


def hexes(made: Sequence[KnownBadHash]) -> list[str]:
    """Return the hashes of some bans as they are written."""
    return [bytes(one.hash).hex() for one in made]

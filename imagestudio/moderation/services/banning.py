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
from imagestudio.moderation.policies import Action, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import open_case, picture
from imagestudio.moderation.services.deciding import Verdict, decide_by_rule

RULE = "banned bytes"
SLICE = 100  # images of one transaction
ACTIONS = {"hidden_all": Action.REMOVE, "quarantined_legal": Action.QUARANTINE}


@transaction.atomic
def ban_picture(*, moderator: User, case_id: UUID) -> list[KnownBadHash]:
    """Return the bans of the bytes of a case's picture, which a decision hides from everybody.

    Every copy in every library follows in the background. Raises NoSuchCase, ActionNotOffered.
    """
    case = Case.objects.select_related("image__file").filter(pk=case_id).first()
    if case is None or case.image is None or case.image.file is None:
        raise NoSuchCase("There is no such case of a picture that is still there.")
    if case.image.moderation not in HIDDEN_FROM_ALL:
        raise ActionNotOffered("Decide first that nobody may see it.")
    decided = Decision.objects.filter(case__image=case.image).exclude(moderation="")
    last = decided.order_by("-at", "-id").first()
    made = bans.ban(
        file=case.image.file,
        hides=case.image.moderation,
        reason=last.reason if last else Reason.OTHER,
        user=moderator,
    )
    note(Verb.BANNED, actor=moderator, case=case, hashes=",".join(hexes(made)))
    enqueue("moderation.hide_copies", hashes=[*hexes(made)])
    return made


@transaction.atomic
def lift_ban(*, moderator: User, hash: bytes) -> bool:  # noqa: A002 - what it is
    """Say whether a ban was ended by this; pictures stay as they were decided."""
    lifted = bans.lift(hash=hash, user=moderator)
    if lifted:
        note(Verb.UNBANNED, actor=moderator, hashes=hash.hex())
    return bool(lifted)


def hide_copies(*, hashes: Sequence[bytes]) -> int:
    """Hide every picture with these banned bytes, each by a decision, and return how many."""
    count = 0
    clear = bans.copies_of(hashes).exclude(moderation__in=HIDDEN_FROM_ALL)
    while keys := list(clear.values_list("pk", flat=True)[:SLICE]):
        for key in keys:
            count += note_banned(image_id=key)
    return count


@transaction.atomic
def note_banned(*, image_id: UUID) -> int:
    """Write the decision that a ban means for one picture; say 1 if there was something to decide.

    Called for copies of what was just banned, and for what enters a library under a ban.
    """
    image = Image.objects.select_related("file", "account").filter(pk=image_id).first()
    if image is None or image.file is None:
        return 0
    ban = bans.ban_of(image.file)
    if ban is None:
        return 0
    case = open_case(subject=picture(image), lane=Case.Lane.RULE)
    told = Decision.objects.filter(case__image=image, moderation=ban.hides).standing_still()
    if image.moderation in HIDDEN_FROM_ALL and told.exists():
        return 0
    decide_by_rule(
        case=case,
        rule=RULE,
        verdict=Verdict(
            ACTIONS[ban.hides],
            reason=ban.reason,
            facts="It has exactly the same bytes as a picture that was decided about before.",
        ),
    )
    return 1


def hexes(made: Sequence[KnownBadHash]) -> list[str]:
    """Return the hashes of some bans as they are written."""
    return [bytes(one.hash).hex() for one in made]

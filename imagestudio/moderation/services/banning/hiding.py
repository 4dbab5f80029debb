"""Hiding by rule: what a ban, or a decision about the same bytes, means for a picture."""

from uuid import UUID

from django.db import transaction

from imagestudio.library.models import BanMatch, Image
from imagestudio.library.services import bans
from imagestudio.library.visibility import HIDDEN_FROM_ALL
from imagestudio.moderation.models import Decision
from imagestudio.moderation.policies import Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.banning.judging import LOOK, TWIN, twin_of, wanted
from imagestudio.moderation.services.cases import lock_subject, open_case, picture
from imagestudio.moderation.services.deciding import decide_by_rule, end_by_rule
from imagestudio.moderation.services.reports import URGENT
from imagestudio.moderation.services.screening import WEIGHT

LIFTED = "The ban of the picture that it looks like has ended."
SHOWN_AGAIN = "What was decided about another picture with the same bytes has ended."


def let_go(*, ban_id: UUID) -> int:
    """Show what only waits because of a ban that was lifted, and return how many those were."""
    matches = BanMatch.objects.filter(ban=ban_id, cleared_at=None, ban__lifted_at__isnull=False)
    matches = matches.filter(image__moderation__in=HIDDEN_FROM_ALL, image__purged_at=None)
    return sum(let_one_go(one.image) for one in matches.select_related("image").order_by("pk"))


def let_one_go(image: Image) -> bool:
    """Take back what a rule decided about a picture because of its look alone, if that is over."""
    about = Decision.objects.filter(case__image=image).exclude(moderation="")
    last = about.order_by("at", "id").last()
    if last is None or last.rule != LOOK or wanted(image, ignores=last) is not None:
        return False
    return undo(last, text=LIFTED)


@transaction.atomic
def note_held(*, image_id: UUID, alike: bans.Alike | None = None) -> bool:
    """Write what a rule decides about a picture because of its bytes or its look, if it does.

    Called for what enters a library out of sight, and for what the search for a ban finds: `alike`
    says what it looks like then. Says whether there was something to decide: what was decided
    meanwhile stays, so that it can be done again.
    """
    image = Image.objects.select_related("file", "account").filter(pk=image_id).first()
    if image is None or image.file is None:
        return False
    if alike is not None and not image.is_hidden:
        bans.keep_matches(image, [alike])
    found = wanted(image)
    if found is None:
        return False
    reason = Reason(found.verdict.reason)
    weight = 0 if found.is_final else WEIGHT * (URGENT if reason.is_urgent else 1)
    case = open_case(subject=picture(image), lane=found.lane, weight=weight)
    lock_subject(case)
    found = wanted(case.image) if case.image else None
    if found is None:  # somebody was quicker: nothing is decided, no case was opened
        transaction.set_rollback(True)
        return False
    if found.match is not None:
        match = found.match
        text = f"{match.distance} of 256 bits differ from a banned picture"
        note(Verb.MATCHED, actor=None, case=case, text=text, ban=str(match.ban_id))
    decide_by_rule(case=case, rule=found.rule, verdict=found.verdict, is_final=found.is_final)
    return True


def follow(*, image_id: UUID) -> int:
    """Let other pictures of the same file be decided as one was, and return how many those were.

    What is decided about bytes holds for all pictures that an account has made of them.
    """
    image = Image.objects.filter(pk=image_id).first()
    if image is None or image.file_id is None:
        return 0
    twins = Image.objects.filter(file=image.file_id, purged_at=None).exclude(pk=image.pk)
    return sum(follow_one(twin) for twin in twins.order_by("pk"))


def follow_one(twin: Image) -> bool:
    """Decide about a picture as about another of its file, or take that back; say if it was so."""
    if note_held(image_id=twin.pk):
        return True
    about = Decision.objects.filter(case__image=twin).exclude(moderation="")
    last = about.order_by("at", "id").last()
    if last is None or last.rule != TWIN or last.reverses_id or twin_of(twin) is not None:
        return False
    return undo(last, text=SHOWN_AGAIN)


def undo(decision: Decision, *, text: str) -> bool:
    """Take back what a rule has decided whose ground is gone; say whether it was not yet."""
    back = Decision.objects.filter(reverses=decision)
    return end_by_rule(
        decision_id=decision.pk,
        rule=decision.rule,
        text=text,
        is_due=lambda: not back.exists(),
        is_void=True,
    )

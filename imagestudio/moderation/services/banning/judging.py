"""What follows for a picture from bans, and from what was decided about the same bytes."""

from dataclasses import dataclass

from django.db.models import F

from imagestudio.library.models import BanMatch, Image
from imagestudio.library.services import bans
from imagestudio.library.visibility import HIDDEN_FROM_OTHERS
from imagestudio.moderation.models import Case, Decision
from imagestudio.moderation.policies import EFFECTS, EXACT_COPY, Action, Reason
from imagestudio.moderation.services.deciding import Verdict

# The rules, as decisions name them.
BYTES, TWIN, LOOK = EXACT_COPY, "the same picture", "banned look"
SAME_FACTS = "It has exactly the same bytes as a picture that was decided about before."
LOOK_FACTS = (
    "It looks like a picture that was decided about before, so a person looks at it before anybody "
    "can see it."
)
ACTIONS = {EFFECTS[one].moderation: one for one in (Action.HIDE, Action.REMOVE, Action.QUARANTINE)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule decides about a picture. Where it is not final, a person has to look at it."""

    rule: str
    verdict: Verdict
    lane: Case.Lane = Case.Lane.RULE
    is_final: bool = True
    match: BanMatch | None = None


def wanted(image: Image, *, ignores: Decision | None = None) -> Wanted | None:
    """Return what is to be decided about a picture; None if it is so, or was decided otherwise.

    What was decided about this picture after a ban stays, but for one decision that may be ignored.
    """
    return by_bytes(image) or by_look(image, ignores=ignores)


def by_bytes(image: Image) -> Wanted | None:
    """Return what follows from a ban of exactly these bytes, or from another picture of its file.

    The graver of both; what already hides it from as many people is enough.
    """
    if image.file is None:
        return None
    ban, twin = bans.ban_of(image.file), twin_of(image)
    hides = bans.graver(ban.hides if ban else "", twin.moderation if twin else "")
    about = Decision.objects.filter(case__image=image).exclude(moderation="")
    if ban is not None and ban.hides == hides:
        rule, reason, since = BYTES, ban.reason, ban.added_at
        lane = lane_for(ban.hides, ban.reason)
    elif twin is not None:
        rule, reason, since = TWIN, twin.reason or Reason.OTHER, twin.at
        is_legal = twin.case.lane == Case.Lane.LEGAL
        lane = Case.Lane.LEGAL if is_legal else lane_for(twin.moderation, reason)
    else:
        return None
    if about.filter(at__gte=since).exists() or bans.graver(hides, image.moderation) != hides:
        return None
    if image.moderation == hides and hiding(image) is not None:
        return None
    return Wanted(rule, Verdict(ACTIONS[hides], reason=reason, facts=SAME_FACTS), lane=lane)


def by_look(image: Image, *, ignores: Decision | None = None) -> Wanted | None:
    """Return what follows from a ban of what a picture looks like: somebody has to look at it."""
    matches = BanMatch.objects.filter(image=image, cleared_at=None, ban__lifted_at=None)
    found = list(matches.select_related("ban").order_by("-ban__hides", "distance", "pk"))
    if not found:
        return None
    match = found[0]
    about = Decision.objects.filter(case__image=image).exclude(moderation="")
    if ignores is not None:
        about = about.exclude(pk=ignores.pk)
    ban = match.ban
    if about.filter(at__gte=max(match.at, ban.added_at)).exists():
        return None
    is_enough = bans.graver(image.moderation, ban.hides) == image.moderation and ignores is None
    if is_enough and hiding(image) is not None:
        return None
    verdict = Verdict(ACTIONS[ban.hides], reason=ban.reason, facts=LOOK_FACTS)
    lane = min(lane_for(one.ban.hides, one.ban.reason) for one in found)
    return Wanted(LOOK, verdict, lane=lane, is_final=False, match=match)


def lane_for(hides: str, reason: str) -> Case.Lane:
    """Return where a picture is looked at that is hidden as another one was, for its reason."""
    is_legal = hides == Image.Moderation.QUARANTINED_LEGAL
    return Case.Lane.LEGAL if is_legal else Case.Lane.of_rule(reason)


def hiding(image: Image) -> Decision | None:
    """Return the newest decision in force that hides a picture as it is."""
    found = Decision.objects.in_force().filter(case__image=image, moderation=image.moderation)
    return found.order_by("-at", "-id").first()


def twin_of(image: Image) -> Decision | None:
    """Return the decision in force that hides another picture of the same file, the gravest first.

    Not one that itself follows from another picture's, or waits for a person to look.
    """
    found = (
        Decision.objects.in_force()
        .select_related("case")
        .filter(
            case__image__file=image.file,
            moderation=F("case__image__moderation"),
            moderation__in=HIDDEN_FROM_OTHERS,
        )
    )
    found = found.exclude(case__image=image).exclude(rule__in=[TWIN, LOOK])
    order = HIDDEN_FROM_OTHERS.index
    return max(found, key=lambda one: (order(one.moderation), one.at), default=None)

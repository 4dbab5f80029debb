"""Limits: from which score of a classifier on something follows. Senior moderators set them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import NoSuchScoreLimit, ScoreLimitInvalid
from imagestudio.moderation.models import Classification, ScoreLimit
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank, Reason
from imagestudio.moderation.services.audit import Verb, note

CATEGORY = re.compile(r"[a-z][a-z0-9 _/-]{0,59}")
SPAN = timedelta(days=7)
RECENT = 200  # classifications in which names of categories are looked for
ORDER = ("field", "category", "at_least", "id")
Field, Action = ScoreLimit.Field, ScoreLimit.Action


@dataclass(frozen=True, slots=True)
class Standing:
    """The classifier as the panel shows it: its limits, and what it has said in seven days."""

    is_on: bool
    pictures: str  # which pictures are classified
    sample: int  # of a hundred pictures that are public
    limits: Sequence[ScoreLimit]
    categories: Sequence[str]  # that it has given scores for lately
    model: str  # the last that answered
    heard: int
    unheard: int


def standing_now() -> Standing:
    """Return how the classifier stands."""
    lately = Classification.objects.filter(at__gt=Now() - SPAN)
    counts = lately.aggregate(
        heard=Count("pk", filter=Q(failure="")), unheard=Count("pk", filter=~Q(failure=""))
    )
    recent = list(lately.heard().newest_first()[:RECENT])
    return Standing(
        is_on=bool(settings.CLASSIFIER),
        pictures=settings.CLASSIFIER_PICTURES,
        sample=settings.CLASSIFIER_SAMPLE,
        limits=list(ScoreLimit.objects.select_related("set_by").order_by(*ORDER)),
        categories=sorted({name for one in recent for name in one.scores}),
        model=recent[0].model if recent else "",
        heard=counts["heard"],
        unheard=counts["unheard"],
    )


@transaction.atomic
def set_limit(
    *, moderator: User, field: str, category: str, action: str, at_least: float, reason: str
) -> ScoreLimit:
    """Return the limit of a category and an action, as it is from now on.

    It counts for what is classified later. Raises RankTooLow, ScoreLimitInvalid.
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    check(field, category, action, at_least, reason)
    limit, _ = ScoreLimit.objects.update_or_create(
        field=field,
        category=category,
        action=action,
        defaults={"at_least": at_least, "reason": reason, "set_by": moderator, "set_at": Now()},
    )
    limit.refresh_from_db()
    note(Verb.RULED, actor=moderator, text=f"Classifier: {limit}", reason=reason)
    return limit


def check(field: str, category: str, action: str, at_least: float, reason: str) -> None:
    """Do nothing if this is a limit. Raises ScoreLimitInvalid."""
    if field not in Field.values or action not in Action.values:
        raise ScoreLimitInvalid("Choose where it looks, and what then happens.")
    if not CATEGORY.fullmatch(category):
        raise ScoreLimitInvalid("Name a category as the classifier does, such as self-harm.")
    if not math.isfinite(at_least) or not 0 < at_least <= 1:
        raise ScoreLimitInvalid("A score is above 0, and at most 1.")
    if reason not in Reason.values:
        raise ScoreLimitInvalid("Choose a reason.")
    if action == Action.BLOCK and field != Field.PROMPT:
        raise ScoreLimitInvalid("Pictures are paid for: they are filtered, and never refused.")


@transaction.atomic
def remove_limit(*, moderator: User, limit_id: UUID) -> None:
    """Let nothing follow from such a score any more. Raises RankTooLow, NoSuchScoreLimit."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    found = ScoreLimit.objects.select_for_update().filter(pk=limit_id).first()
    if found is None:
        raise NoSuchScoreLimit("There is no such limit.")
    note(Verb.RULED, actor=moderator, text=f"Classifier: no longer {found}", reason=found.reason)
    found.delete()

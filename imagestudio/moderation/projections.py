"""What decisions add up to: pure functions over their rows, the same as the columns they fill."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from imagestudio.accounts.models import Standing
from imagestudio.library.models import Image
from imagestudio.moderation.models import Decision


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided about a subject: `review` is empty where nothing was."""

    moderation: str = Image.Moderation.CLEAR
    review: str = ""
    standing: str = Standing.OK


def settled(decisions: Iterable[Decision]) -> Settled:
    """Return what decisions about one subject add up to, in the order in which they were taken.

    A decision that takes another back says itself what is in force then.
    """
    result = Settled()
    for one in decisions:
        result = replace(
            result,
            moderation=one.moderation or result.moderation,
            review=one.review or result.review,
            standing=one.standing or result.standing,
        )
    return result


def in_force(decisions: Sequence[Decision]) -> list[Decision]:
    """Return the decisions that were not taken back, without those that took others back."""
    back: set[UUID] = {one.reverses_id for one in decisions if one.reverses_id}
    return [one for one in decisions if one.pk not in back and not one.reverses_id]


def without(decisions: Sequence[Decision], gone: Decision) -> Settled:
    """Return what is in force once a decision is taken back, too."""
    return settled(one for one in in_force(decisions) if one.pk != gone.pk)

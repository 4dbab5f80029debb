"""What may not be removed for good while somebody has to look at it."""

from collections.abc import Sequence
from uuid import UUID

from imagestudio.moderation.models import Case


def hold(images: Sequence[UUID]) -> set[UUID]:
    """Return those of these pictures that an open case is about.

    All but those that were just to be published: whoever removes such a picture has thought better
    of it.
    """
    cases = Case.objects.unclosed().exclude(lane=Case.Lane.REVIEW)
    return set(cases.filter(image__in=images).values_list("image_id", flat=True)) - {None}

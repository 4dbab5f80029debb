"""What may not be removed for good while somebody has to look at it."""

from collections.abc import Sequence
from uuid import UUID

from imagestudio.moderation.models import Case, LegalHold


def hold(images: Sequence[UUID]) -> set[UUID]:
    """Return those of these pictures that an open case is about, or that are kept by law.

    Not by a case in which they were just to be published: whoever removes such a picture has
    thought better of it.
    """
    cases = Case.objects.unclosed().exclude(lane=Case.Lane.REVIEW)
    kept = LegalHold.objects.in_force().filter(image__in=images)
    found = cases.filter(image__in=images).values_list("image_id", flat=True)
    return {one for one in (*found, *kept.values_list("image_id", flat=True)) if one is not None}

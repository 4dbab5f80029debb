"""Locking rows of pictures, always in the same order.

Two deeds on many pictures at once that lock them in the order of their ids never wait for each
other in a ring. The lock leaves alone who only refers to a picture, such as a new generation.
"""

from collections.abc import Iterable
from uuid import UUID

from imagestudio.library.models import ImageQuerySet


def lock_images(images: ImageQuerySet, ids: Iterable[UUID]) -> list[UUID]:
    """Lock these of the images in the order of their ids and return their ids, in no order."""
    locked = images.filter(pk__in=list(ids)).order_by("pk").select_for_update(no_key=True)
    return list(locked.values_list("pk", flat=True))

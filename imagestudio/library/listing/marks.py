"""What people have given to pictures of a page: tags, and whether one person likes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from imagestudio.accounts.models import User
from imagestudio.library.models import Image

MARKS = """
SELECT place.image_id, tag.name FROM library_imagetag AS place
JOIN library_tag AS tag ON tag.id = place.tag_id WHERE place.image_id = ANY(%(images)s::uuid[])
UNION ALL
SELECT image_id, NULL FROM library_favourite
WHERE user_id = %(user)s AND image_id = ANY(%(images)s::uuid[])
ORDER BY 2
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """The names of an image's tags in order, and whether a person likes it."""

    tags: tuple[str, ...] = ()
    is_favourite: bool = False


def marks_of(images: Iterable[Image], user: User) -> dict[UUID, Marks]:
    """Return the marks of each of some images by its key; `user` is whose favourites count."""
    keys = [one.pk for one in images]
    tags: dict[UUID, list[str]] = {key: [] for key in keys}
    liked: set[UUID] = set()
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(MARKS, {"images": keys, "user": user.pk})
        for key, name in cursor.fetchall():
            liked.add(key) if name is None else tags[key].append(name)
    return {key: Marks(tuple(tags[key]), key in liked) for key in keys}

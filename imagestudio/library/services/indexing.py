"""Search: what the index knows of each image follows its prompt, title, tags and colours."""

import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now

from imagestudio.jobs import enqueue
from imagestudio.library.models import Image, ImageTag, Tag
from imagestudio.library.search import search_of
from imagestudio.library.services.locking import lock_images

INDEX_TAG = "library.index_tag"
SLICE = 1_000  # images of one transaction
FIRST = UUID(int=0)  # before every image

WRITE = """
UPDATE library_image SET search = found.search::tsvector
FROM unnest(%s::uuid[], %s::text[]) AS found (id, search)
WHERE library_image.id = found.id
"""


@transaction.atomic
def index_images(*, image_ids: Sequence[UUID]) -> None:
    """Write what the index knows of some images anew, to be called when their texts have changed.

    The caller's transaction holds the rows; each statement takes at most `SLICE` of them.
    """
    for start in range(0, len(image_ids), SLICE):
        some = image_ids[start : start + SLICE]
        tags: dict[UUID, list[str]] = {}
        named = ImageTag.objects.filter(image__in=some).values_list("image_id", "tag__name")
        for image_id, name in named:
            tags.setdefault(image_id, []).append(name)
        texts = Image.objects.filter(pk__in=some).values_list(
            "pk", "account_id", "prompt", "title", "file__appearance__colours"
        )
        found = {
            key: search_of(account_id, prompt, title, *tags.get(key, ()), colours=colours or ())
            for key, account_id, prompt, title, colours in texts
        }
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [list(found), list(found.values())])


@transaction.atomic
def index_next() -> int:
    """Index some images that the index does not know yet, and return how many these were.

    They are those from before there was an index. Rows that somebody else holds wait for next time.
    """
    waiting = Image.objects.filter(search=None).order_by("id").select_for_update(skip_locked=True)
    some = list(waiting.values_list("pk", flat=True)[:SLICE])
    index_images(image_ids=some)
    return len(some)


def begin_to_index(tag: Tag) -> None:
    """Index the first pictures of a locked tag that has a new name; leave others to a worker."""
    Tag.objects.filter(pk=tag.pk).update(indexed_to=FIRST, worked_at=Now())
    index_tag(tag_id=tag.pk)


@transaction.atomic
def index_tag(*, tag_id: UUID) -> None:
    """Index the next pictures of a tag that has a new name, and leave the others to a worker.

    One that leaves is passed over: its pictures are indexed when they are given to another.
    """
    renamed = Tag.objects.staying().filter(pk=tag_id, indexed_to__isnull=False)
    tag = renamed.select_for_update(no_key=True).first()
    if tag is None:
        return
    taggings = ImageTag.objects.filter(tag=tag, image_id__gt=tag.indexed_to).order_by("image_id")
    some = list(taggings.values_list("image_id", flat=True)[:SLICE])
    lock_images(Image.objects.all(), some)
    index_images(image_ids=some)
    if len(some) < SLICE:
        Tag.objects.filter(pk=tag_id).update(indexed_to=None, worked_at=None)
        return
    Tag.objects.filter(pk=tag_id).update(indexed_to=some[-1], worked_at=Now())
    enqueue(INDEX_TAG, tag_id=str(tag_id))


def index_waiting(*, seconds: float, told: Callable[[int], None] = lambda _: None) -> int:
    """Index what the index does not know yet, begin no further slice after so many seconds.

    `told` is given how many are done after each slice. Returns how many there were in all.
    """
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        count = index_next()
        if not count:
            break
        done += count
        told(done)
    return done


def index_all(*, told: Callable[[int], None] = lambda _: None) -> int:
    """Index every picture anew, in slices; searches go on meanwhile. Returns how many there were.

    `told` is given how many are done after each slice.
    """
    done, behind = 0, FIRST
    while True:
        with transaction.atomic():
            left = Image.objects.filter(pk__gt=behind).order_by("id")
            some = list(left.values_list("pk", flat=True)[:SLICE])
            lock_images(Image.objects.all(), some)
            index_images(image_ids=some)
        if not some:
            return done
        done, behind = done + len(some), some[-1]
        told(done)

"""Removing pictures for good: their texts, then their bytes, never the row that history needs.

First the image is blanked, and its file marked when no other image has it. Then, file by file, the
row goes and, after that is committed, the bytes. Whoever is killed between leaves a marked file for
the next time, or bytes without a row, which `check_storage` finds: never a row without its bytes.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from imagestudio.library.models import (
    Album,
    AlbumItem,
    Favourite,
    File,
    Image,
    ImageQuerySet,
    ImageTag,
    Publication,
    Rendition,
    ShareLink,
)
from imagestudio.library.services.files import discard
from imagestudio.library.services.locking import lock_images

SLICE = 200  # pictures, or files, of one transaction
# What a picture says of itself and a purge takes away; where it stood in history stays.
BLANK = {
    "title": "",
    "prompt": "",
    "placeholder": "#888888",
    "search": "",
    "visibility": Image.Visibility.PRIVATE,
    "review": Image.Review.NONE,
}

# Says which of these files, or images, are still needed, and lets go of the others; called in the
# transaction that removes them.
Holder = Callable[[Sequence[UUID]], set[UUID]]


def purge_old() -> int:
    """Purge what has been in the trash for too long, in every account; return how many."""
    old = Image.objects.all().in_trash()
    old = old.filter(trashed_at__lt=Now() - timedelta(days=settings.TRASH_DAYS))
    purged, stay = 0, set[UUID]()  # what is held, or what somebody has just brought back
    while ids := list(
        old.exclude(pk__in=stay).order_by("trashed_at").values_list("pk", flat=True)[:SLICE]
    ):
        with transaction.atomic():
            gone = purge_images(ids)
        free_files()
        purged += len(gone)
        stay.update(set(ids) - set(gone))
    return purged


def purge_images(ids: Sequence[UUID]) -> list[UUID]:
    """Blank those of these images that are in the trash, and return which those were.

    To be called in a transaction. What a decision hides from everybody is evidence and stays, and
    so does what somebody else holds.
    """
    ids = list(set(ids) - held(ids))
    doomed = Image.objects.filter(pk__in=ids).in_trash()
    covered = Album.objects.filter(cover__in=doomed.values("pk")).order_by("pk")
    albums = list(covered.select_for_update(no_key=True).values_list("pk", flat=True))
    ids = lock_images(Image.objects.all().in_trash(), ids)
    Album.objects.filter(pk__in=albums, cover__in=ids).update(cover=None)
    list(Publication.objects.filter(image__in=ids).order_by("pk").select_for_update())
    for rows in (ImageTag, AlbumItem, Favourite, Publication):
        rows.objects.filter(image__in=ids).delete()
    ShareLink.objects.filter(image__in=ids, revoked_at=None).update(revoked_at=Now())
    had = Image.objects.filter(pk__in=ids).values_list("file_id", flat=True)
    files = [file for file in had if file is not None]
    Image.objects.filter(pk__in=ids).update(file=None, purged_at=Now(), **BLANK)
    mark_unused(files)
    return ids


def held(ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these images that somebody keeps from being removed for good."""
    stay: set[UUID] = set()
    for name in import_string(settings.IMAGE_HOLDERS):
        keeps: Holder = import_string(name)
        stay |= keeps(ids)
    return stay


def mark_unused(ids: Sequence[UUID]) -> None:
    """Mark those of these files that no image has any more; in the order of their content."""
    # A lock that leaves alone who only refers to a file, such as a new generation's source.
    files = File.objects.filter(pk__in=ids).order_by("sha256").select_for_update(no_key=True)
    locked = list(files.values_list("pk", flat=True))
    File.objects.filter(pk__in=locked).filter(~Exists(users())).update(unused_at=Now())


def users() -> ImageQuerySet:
    """Return the images that have a file."""
    return Image.objects.filter(file=OuterRef("pk"))


def free_files() -> int:
    """Remove every file that no image has and nothing else needs; return how many those were."""
    freed, last = 0, None
    while True:
        marked = File.objects.filter(unused_at__isnull=False).order_by("pk")
        if last is not None:
            marked = marked.filter(pk__gt=last)
        ids = list(marked.values_list("pk", flat=True)[:SLICE])
        if not ids:
            return freed
        freed += free(ids)
        last = ids[-1]


@transaction.atomic
def free(ids: Sequence[UUID]) -> int:
    """Remove those of these files that nothing needs; their bytes go when that is committed."""
    marked = File.objects.filter(pk__in=ids, unused_at__isnull=False)
    ids = list(marked.filter(~Exists(users())).values_list("pk", flat=True))
    needed: set[UUID] = set()
    for name in import_string(settings.FILE_HOLDERS):
        holder: Holder = import_string(name)
        needed |= holder(ids)
    files = marked.filter(pk__in=set(ids) - needed)
    locked = list(files.order_by("sha256").select_for_update(skip_locked=True))
    in_use = set(Image.objects.filter(file__in=locked).values_list("file_id", flat=True))
    going = [file for file in locked if file.pk not in in_use]
    renditions = Rendition.objects.filter(file__in=going)
    keys = [*renditions.values_list("key", flat=True), *(file.key for file in going)]
    renditions.delete()
    File.objects.filter(pk__in=[file.pk for file in going]).delete()
    for key in keys:
        transaction.on_commit(partial(discard, key))
    return len(going)

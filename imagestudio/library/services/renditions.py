"""The renditions that are made after a picture is on the page, and again when one is missing."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from imagestudio.library import storage
from imagestudio.library.exceptions import NoSuchRendition
from imagestudio.library.imaging import (
    COVERED,
    FIRST_SIDE,
    RENDITION_MIME,
    SIDES,
    cover,
    render,
)
from imagestudio.library.imaging import Rendition as Rendered
from imagestudio.library.models import File, Image, Rendition
from imagestudio.library.services.files import (
    StoredRendition,
    discard,
    keep_renditions,
    store_renditions,
)

COVERED_FROM = (COVERED, str(FIRST_SIDE))


def make_renditions(*, image_id: UUID) -> int:
    """Make the renditions that an image's file lacks and return how many those were.

    Doing it again changes nothing. Raises the errors of `imaging` and StorageUnavailable.
    """
    file = File.objects.filter(images=image_id).first()
    if file is None:  # purged since
        return 0
    there = set(file.renditions.values_list("name", flat=True))
    missing = tuple(side for side in SIDES if str(side) not in there)
    if not missing:
        return 0
    return len(_kept(file, render(storage.read(file.key), sides=missing)))


def covered_rendition(*, image: Image) -> Rendition:
    """Return the rendition that shows nothing, made when it is asked for first.

    Raises NoSuchRendition for a picture without bytes, the errors of `imaging`, BytesMissing and
    StorageUnavailable.
    """
    if image.file is None:
        raise NoSuchRendition("The bytes of this picture are gone.")
    there = {one.name: one for one in image.file.renditions.filter(name__in=COVERED_FROM)}
    if COVERED not in there:
        small = there.get(str(FIRST_SIDE))
        _kept(image.file, [cover(storage.read(small.key if small else image.file.key))])
        there = {one.name: one for one in image.file.renditions.filter(name=COVERED)}
    if COVERED not in there:
        raise NoSuchRendition("This picture was removed just now.")
    return there[COVERED]


def _kept(file: File, made: Iterable[Rendered]) -> tuple[StoredRendition, ...]:
    """Store renditions, write their rows, and return them; nothing if the file is gone by now."""
    stored = store_renditions(key=file.key, renditions=made)
    with transaction.atomic():
        if File.objects.select_for_update(no_key=True).filter(pk=file.pk).exists():
            keep_renditions(file=file, renditions=stored)
            return stored
    for one in stored:  # purged meanwhile
        discard(one.key)
    return ()


def rendition_or_original(*, image: Image, name: str) -> tuple[str, str, int]:
    """Return key, MIME type and size in bytes of a rendition, or of the original until it is made.

    So a page may ask for any size at once; a small picture has no larger renditions at all.
    """
    if image.file is None:
        raise ValueError("A purged image has no bytes.")
    rendition = image.file.renditions.filter(name=name).first()
    if rendition is not None:
        return rendition.key, RENDITION_MIME, rendition.bytes
    return image.file.key, image.file.mime, image.file.bytes


def made_rendition(*, image: Image, side: int) -> Rendition:
    """Return the largest rendition with at most this longest side, or the smallest there is.

    For those who may not have the original, which is never taken in its place.
    Raises NoSuchRendition.
    """
    made = Rendition.objects.filter(file=image.file_id).exclude(name=COVERED)
    found = sorted(made, key=lambda one: int(one.name))
    fitting = [one for one in found if int(one.name) <= side] or found[:1]
    if not fitting:
        raise NoSuchRendition("No rendition of this picture was made yet.")
    return fitting[-1]

"""The renditions that are made after a picture is on the page, and again when one is missing."""

from uuid import UUID

from django.db import transaction

from imagestudio.library import storage
from imagestudio.library.exceptions import NoSuchRendition
from imagestudio.library.imaging import RENDITION_MIME, SIDES, render
from imagestudio.library.models import File, Image, Rendition
from imagestudio.library.services.files import discard, keep_renditions, store_renditions


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
    made = render(storage.read(file.key), sides=missing)
    stored = store_renditions(key=file.key, renditions=made)
    with transaction.atomic():
        if File.objects.select_for_update(no_key=True).filter(pk=file.pk).exists():
            keep_renditions(file=file, renditions=stored)
            return len(stored)
    for one in stored:  # purged meanwhile
        discard(one.key)
    return 0


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
    made = Rendition.objects.filter(file=image.file_id)
    found = sorted(made, key=lambda one: int(one.name))
    fitting = [one for one in found if int(one.name) <= side] or found[:1]
    if not fitting:
        raise NoSuchRendition("No rendition of this picture was made yet.")
    return fitting[-1]

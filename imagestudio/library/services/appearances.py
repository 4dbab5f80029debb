"""What pictures look like, kept with their files; of those from before, looked at afterwards."""

import logging
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction

from imagestudio.events.services import Happening, record
from imagestudio.library import storage
from imagestudio.library.colours import Colour, names_of, palette_of
from imagestudio.library.imaging import FIRST_SIDE, ImagingError, look
from imagestudio.library.imaging import Appearance as Seen
from imagestudio.library.models import Appearance, File, Image
from imagestudio.library.services.bans import hold_alike
from imagestudio.library.services.indexing import index_images
from imagestudio.library.similarity import keys_of
from imagestudio.library.storage import BytesMissing, StorageUnavailable

logger = logging.getLogger(__name__)

SLICE = 50  # files of one transaction
NOTHING = Seen(phash=None, colours=())


def keep_appearance(*, file: File, appearance: Seen) -> None:
    """Write what a file looks like, unless that is known."""
    Appearance.objects.bulk_create([row_of(file, appearance)], ignore_conflicts=True)


def row_of(file: File, seen: Seen) -> Appearance:
    """Return the row of what a file looks like."""
    return Appearance(
        file=file,
        account_id=file.account_id,
        phash=seen.phash,
        keys=keys_of(file.account_id, seen.phash) if seen.phash else [],
        palette=[[one.value, one.share] for one in palette_of(colours_in(seen))],
        colours=colours_of(seen),
    )


def colours_in(seen: Seen) -> list[Colour]:
    """Return the colours that were seen."""
    return [Colour(value, share) for value, share in seen.colours]


def colours_of(seen: Seen) -> list[str]:
    """Return the names of the colours that a picture is found by."""
    return names_of(colours_in(seen))


def known_colours(file: File) -> list[str]:
    """Return the names of the colours of a file, none if it has not been looked at yet."""
    found = Appearance.objects.filter(file=file).values_list("colours", flat=True).first()
    return found or []


def look_at_waiting(*, seconds: float, told: Callable[[int], None] = lambda _: None) -> int:
    """Look at the files that nobody has looked at, begin no further slice after so many seconds.

    `told` is given how many are done after each slice. Returns how many there were in all. Breaking
    it off loses at most a slice; a file whose bytes cannot be had now waits for the next time.
    """
    until, done = time.monotonic() + seconds, 0
    last: UUID | None = None
    while time.monotonic() < until:
        waiting = File.objects.filter(appearance=None, unused_at=None).order_by("id")
        if last is not None:
            waiting = waiting.filter(pk__gt=last)
        files = list(waiting[:SLICE])
        if not files:
            break
        last = files[-1].pk
        done += keep_seen({file: seen for file in files if (seen := seen_of(file)) is not None})
        told(done)
    return done


def look_at(file: File) -> None:
    """Look at a file now, unless somebody has; nothing happens where its bytes cannot be had."""
    if not Appearance.objects.filter(file=file).exists() and (seen := seen_of(file)) is not None:
        keep_seen({file: seen})


def seen_of(file: File) -> Seen | None:
    """Return what a stored file looks like, from its smallest rendition where there is one.

    None when its bytes cannot be had; of what cannot be decoded nothing is seen.
    """
    rendition = file.renditions.filter(name=str(FIRST_SIDE)).first()
    try:
        return look(storage.read(rendition.key if rendition else file.key))
    except (StorageUnavailable, BytesMissing) as error:
        logger.warning("%s was not looked at: %s", file.key, error)
        return None
    except ImagingError:
        return NOTHING


@transaction.atomic
def keep_seen(seen: dict[File, Seen]) -> int:
    """Write what some files look like, and let their images be found by it; return how many.

    What looks like a banned picture is hidden.
    """
    # As a purge locks them: images first. A file that it removed meanwhile is not there any more.
    images = locked_images([file.pk for file in seen])
    there = File.objects.filter(pk__in=[file.pk for file in seen]).order_by("sha256")
    locked = set(there.select_for_update(no_key=True).values_list("pk", flat=True))
    kept = {file: one for file, one in seen.items() if file.pk in locked}
    rows = [row_of(file, one) for file, one in kept.items()]
    Appearance.objects.bulk_create(rows, ignore_conflicts=True)
    index_images(image_ids=images)
    held = hold_alike([file.pk for file in kept])
    record(*(Happening(one.account_id, "image.held", {"image": str(one.pk)}) for one in held))
    return len(rows)


def locked_images(files: Sequence[UUID]) -> list[UUID]:
    """Return the images that have these files, locked."""
    images = Image.objects.filter(file__in=files).order_by("pk")
    return list(images.select_for_update(no_key=True).values_list("pk", flat=True))

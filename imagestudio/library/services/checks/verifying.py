"""Reading every original again, to see whether its bytes are still those that were kept."""

from hashlib import sha256
from time import monotonic

from django.db.models import Exists, OuterRef

from imagestudio.library import storage
from imagestudio.library.models import File, Image, StorageCheck, StorageFinding
from imagestudio.library.services.checks.comparing import Kind, Say
from imagestudio.library.storage import BytesMissing

SLICE = 100  # files between two notes of how far it is
TOLD_EVERY = 10.0  # seconds


def verify(*, run: StorageCheck, say: Say = lambda _: None) -> int:
    """Read all originals behind the last one that this check has read; return how many.

    How far it is stands in the check's row after each hundred files, so that it can be killed and
    go on. Raises StorageUnavailable.
    """
    shown = Exists(Image.objects.filter(file=OuterRef("pk")))
    files = File.objects.filter(shown).order_by("pk")
    read, told_at = 0, monotonic()
    while True:
        behind = files.filter(pk__gt=run.verified_through) if run.verified_through else files
        some = list(behind[:SLICE])
        if not some:
            return read
        wrong = [one for one in some if is_damaged(one)]
        StorageFinding.objects.bulk_create(
            [
                StorageFinding(
                    run=run, kind=Kind.DAMAGED, key=one.key, bytes=one.bytes, file=one.pk
                )
                for one in wrong
            ],
            ignore_conflicts=True,  # found to be of another length before
        )
        run.verified_through = some[-1].pk
        run.save(update_fields=["verified_through"])
        read += len(some)
        if monotonic() - told_at > TOLD_EVERY:
            say(f"{read:,} originals are read")
            told_at = monotonic()


def is_damaged(file: File) -> bool:
    """Say whether other bytes are stored than were kept; missing ones are found elsewhere."""
    digest = sha256()
    try:
        for piece in storage.open_chunks(file.key):
            digest.update(piece)
    except BytesMissing:
        return False
    return digest.digest() != bytes(file.sha256)

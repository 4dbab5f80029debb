"""Putting bytes without a row aside, and bringing them back. Every move is written down first."""

from django.db.models import Q
from django.db.models.functions import Now

from imagestudio.library import storage
from imagestudio.library.exceptions import TooManyOrphans
from imagestudio.library.models import File, QuarantinedKey, Rendition, StorageCheck
from imagestudio.library.services.checks.comparing import QUARANTINE, Kind, Say
from imagestudio.library.storage import BytesMissing, KeyTaken

State = QuarantinedKey.State

MOST = 0.2  # of all bytes or keys: beyond it, database and storage are likely not a pair
FEW = 20  # keys that may always be moved


def put_aside(*, run: StorageCheck, despite_many: bool = False, say: Say = lambda _: None) -> int:
    """Move the orphans that a check has found below `quarantine/`; return how many were moved.

    Each is looked up again just before, and again afterwards: what has a row now goes back.
    Raises TooManyOrphans when so much has no row that something else must be wrong, and
    StorageUnavailable; what is moved by then stays on record, and doing it again goes on.
    """
    orphans = run.findings.filter(kind=Kind.ORPHAN)
    number = orphans.count()
    if number > max(FEW, run.keys * MOST) and not despite_many:
        raise TooManyOrphans(
            f"{number:,} of {run.keys:,} stored objects have no row. Most likely this is not the "
            "storage of this database, or the database is an old copy. Nothing was moved."
        )
    moved = 0
    for one in orphans.order_by("key").iterator(chunk_size=1000):
        if has_row(one.key):
            continue
        kept, _ = QuarantinedKey.objects.get_or_create(
            run=run,
            key=one.key,
            defaults={"place": f"{QUARANTINE}{run.pk}/{one.key}", "bytes": one.bytes or 0},
        )
        if kept.state == State.MOVING and _move(kept):
            moved += 1
            say(f"moved {one.key}")
    return moved


def bring_back(*, run: StorageCheck, say: Say = lambda _: None) -> tuple[int, int]:
    """Move what a check has put aside back; return how many are back and how many are not.

    What cannot go back, because something else is stored there by now, stays aside. Raises
    StorageUnavailable.
    """
    back = left = 0
    for kept in run.put_aside.exclude(state=State.BACK).order_by("key").iterator(chunk_size=1000):
        if _return(kept, say):
            back += 1
        else:
            left += 1
    return back, left


def has_row(key: str) -> bool:
    """Say whether a row names this key now."""
    return File.objects.filter(key=key).exists() or Rendition.objects.filter(key=key).exists()


def _move(kept: QuarantinedKey) -> bool:
    try:
        storage.move(kept.key, kept.place)
    except BytesMissing:  # somebody else removed it; there is nothing to put aside
        kept.delete()
        return False
    QuarantinedKey.objects.filter(pk=kept.pk).update(state=State.MOVED, moved_at=Now())
    if has_row(kept.key):  # written in this very moment
        kept.refresh_from_db()
        _return(kept, lambda _: None)
        return False
    return True


def _return(kept: QuarantinedKey, say: Say) -> bool:
    try:
        storage.move(kept.place, kept.key)
    except KeyTaken:
        say(f"{kept.key} is taken by other bytes: what was there stays at {kept.place}")
        return False
    except BytesMissing:
        if kept.state == State.MOVING and storage.exists(kept.key):
            say(f"{kept.key} was never moved")
        else:
            say(f"{kept.place} is gone")
            return False
    QuarantinedKey.objects.filter(~Q(state=State.BACK), pk=kept.pk).update(
        state=State.BACK, back_at=Now()
    )
    return True

"""Sweeps: each new ban is looked for in the whole store, slice by slice, in the background.

Whoever is killed goes on at the last slice that was done. Pictures that come in meanwhile are
compared with the ban by themselves (`library.services.bans`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from imagestudio.accounts.models import User
from imagestudio.jobs import enqueue
from imagestudio.library.models import Appearance, Image, KnownBadHash
from imagestudio.library.services import bans
from imagestudio.moderation.exceptions import NoSuchBan, NoSuchSweep, SweepAtWork
from imagestudio.moderation.models import Sweep
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.banning.hiding import note_held

SLICE = 10_000  # looks that are compared at once
MOST = 100  # pictures that are decided about with one slice, or copies that are looked up at once
AT_WORK, PAUSE = 2.0, 1.0  # seconds of one job, and before the next: others get their turn
SWEEP = "moderation.sweep"
BEGIN = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Found:
    """What one slice brought: how much was compared, up to which key, and pictures with why."""

    seen: int
    place: UUID | None
    pictures: Sequence[tuple[UUID, bans.Alike | None]]
    is_last: bool


def begin_sweep(*, ban: KnownBadHash, user: User) -> Sweep:
    """Return the sweep of a ban that is at work: a new one, or the one that there is."""
    new = Sweep(ban=ban, place=BEGIN, started_by=user)
    Sweep.objects.bulk_create([new], ignore_conflicts=True)
    enqueue(SWEEP, sweep_id=str(new.pk))
    return Sweep.objects.get(ban=ban, state=Sweep.State.RUNNING)


@transaction.atomic
def begin_again(*, moderator: User, ban_id: UUID) -> Sweep:
    """Return a new sweep of a ban in force. Raises RankTooLow, NoSuchBan, SweepAtWork."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    ban = KnownBadHash.objects.filter(pk=ban_id, lifted_at=None).first()
    if ban is None:
        raise NoSuchBan("There is no such ban in force.")
    if Sweep.objects.filter(ban=ban, state=Sweep.State.RUNNING).exists():
        raise SweepAtWork("It is being looked for already.")
    note(Verb.SWEPT, actor=moderator, ban=str(ban.pk), state="running")
    return begin_sweep(ban=ban, user=moderator)


@transaction.atomic
def cancel_sweep(*, moderator: User, ban_id: UUID) -> Sweep:
    """Return the sweep of a ban that was stopped; what it has found stays so.

    Raises RankTooLow, NoSuchSweep (also for one that has ended).
    """
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    sweep = Sweep.objects.filter(ban=ban_id, state=Sweep.State.RUNNING).first()
    if sweep is None or not end(sweep, Sweep.State.CANCELLED):
        raise NoSuchSweep("This ban is not being looked for.")
    note(Verb.SWEPT, actor=moderator, ban=str(ban_id), state="cancelled")
    sweep.refresh_from_db()
    return sweep


def stop_sweeps(ban: KnownBadHash) -> None:
    """Stop the sweep of a ban that was lifted."""
    at_work = Sweep.objects.filter(ban=ban, state=Sweep.State.RUNNING)
    at_work.update(state=Sweep.State.CANCELLED, ended_at=Now())


def end(sweep: Sweep, state: Sweep.State) -> bool:
    """End a sweep that is at work, and say whether it was."""
    at_work = Sweep.objects.filter(pk=sweep.pk, state=Sweep.State.RUNNING)
    return bool(at_work.update(state=state, ended_at=Now()))


def go_on(*, sweep_id: UUID, seconds: float = AT_WORK) -> Sweep | None:
    """Return a sweep on which was worked for so many seconds; what is left goes to another job.

    None if there is no such sweep any more.
    """
    began = monotonic()
    while True:
        sweep = Sweep.objects.select_related("ban").filter(pk=sweep_id).first()
        if sweep is None or sweep.state != Sweep.State.RUNNING:
            return sweep
        if monotonic() - began > seconds:
            enqueue(SWEEP, wait=PAUSE, sweep_id=str(sweep.pk))
            return sweep
        do_slice(sweep)


def do_slice(sweep: Sweep) -> None:
    """Compare the next slice with a ban and decide about what is found.

    That is a transaction for each picture; the place moves on after it. Who comes again, or at the
    same time, finds what was decided, and moves the place on only once.
    """
    if sweep.total is None:
        Sweep.objects.filter(pk=sweep.pk, total=None).update(total=total_of(sweep.ban))
    found = looked_for(sweep) if sweep.ban.kind == KnownBadHash.Kind.LOOK else copies(sweep)
    for key, alike in found.pictures:
        note_held(image_id=key, alike=alike)
    here = Sweep.objects.filter(pk=sweep.pk, place=sweep.place, state=Sweep.State.RUNNING)
    moved = here.update(
        place=found.place or sweep.place,
        seen=F("seen") + found.seen,
        found=F("found") + sum(key != sweep.ban.image_id for key, _ in found.pictures),
        moved_at=Now(),
    )
    if moved and found.is_last:
        end(sweep, Sweep.State.DONE)


def looked_for(sweep: Sweep) -> Found:
    """Return the pictures of the next slice of all files that look like the banned one."""
    got = bans.compare_slice(banned=sweep.ban, after=sweep.place, size=SLICE, most=MOST)
    alike = {one.file_id: one for one in got.alike}
    images = Image.objects.filter(file__in=alike, purged_at=None)
    keys = images.order_by("file", "pk").values_list("pk", "file")
    pictures = [(key, alike[file]) for key, file in keys if file is not None]
    is_last = got.seen < SLICE and len(got.alike) < MOST
    return Found(got.seen, got.last, pictures, is_last)


def copies(sweep: Sweep) -> Found:
    """Return the next pictures with exactly the banned bytes: an index knows where they are."""
    images = bans.copies_of([bytes(sweep.ban.hash)]).filter(pk__gt=sweep.place)
    keys = list(images.values_list("pk", flat=True)[:MOST])
    pictures = [(key, None) for key in keys]
    return Found(len(keys), keys[-1] if keys else None, pictures, len(keys) < MOST)


def total_of(ban: KnownBadHash) -> int:
    """Return how much there is to compare with a ban."""
    if ban.kind == KnownBadHash.Kind.LOOK:
        return Appearance.objects.count()
    return bans.copies_of([bytes(ban.hash)]).count()


def go_on_with_sweeps() -> int:
    """Hand sweeps that nobody has moved for two minutes to a worker; return how many those were."""
    keys = list(Sweep.objects.left().values_list("pk", flat=True))
    for key in keys:
        if Sweep.objects.left().filter(pk=key).update(moved_at=Now()):
            enqueue(SWEEP, sweep_id=str(key))
    return len(keys)

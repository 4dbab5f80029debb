"""Working a change off: slices that are a transaction each, so that it can be killed anywhere."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import Deed, allows
from imagestudio.events.services import Happening, record
from imagestudio.jobs import enqueue
from imagestudio.library.listing import keys_behind
from imagestudio.library.models import Album, Change, ChangedImage, Image, ImageQuerySet, Tag
from imagestudio.library.models.changes import PERSONAL
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import deeds
from imagestudio.library.services.locking import lock_images

TASK = "library.change"
FREE = "library.free"
SLICE = 1000  # pictures of one transaction
SECONDS = 5  # that a job works before it lets others to the worker
ABANDONED = timedelta(minutes=1)  # without a slice: whoever was at work on it is not any more
KEPT = timedelta(days=30)  # in which a change can be undone
HIGHEST = UUID(int=2**128 - 1)
FROM_TRASH = (Change.Kind.RESTORE, Change.Kind.PURGE)

NOTED = ("state", "total", "done", "changed", "unchanged", "undone", "touched_at")

State = Change.State


@dataclass(frozen=True, slots=True)
class Slice:
    """The pictures of the next transaction; `last` is where the one after it begins."""

    ids: Sequence[UUID]
    is_final: bool
    last: tuple[datetime, UUID] | None = None


def work_off(*, change_id: UUID) -> None:
    """Go on with a change, or with undoing it, until it is done or others have waited enough."""
    until = time.monotonic() + SECONDS
    count_selected(change_id)
    while next_slice(change_id):
        if time.monotonic() > until:
            enqueue(TASK, change_id=str(change_id))
            return


def count_selected(change_id: UUID) -> None:
    """Note how many pictures a change is about, so that its progress can be told."""
    change = Change.objects.filter(pk=change_id, state=State.RUNNING, total=None).first()
    if change is not None:
        total = change.done + remaining(change).count()
        Change.objects.filter(pk=change_id).update(total=total)


@transaction.atomic
def next_slice(change_id: UUID) -> bool:
    """Do the next slice of a change and say whether there is more to do.

    Where another worker is just at it, that one goes on. Who asked for it must still be allowed
    to, and who takes it back to do that: else it ends here, with what it has changed so far.
    """
    change = (
        Change.objects.at_work()
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("album")
        .filter(pk=change_id)
        .first()
    )
    if change is None:
        return False
    if change.has_lost_its_tag or not is_allowed(change):
        end(change)
    else:
        do_slice(change) if change.state == State.RUNNING else undo_slice(change)
    return change.is_at_work


def deed_of(kind: str) -> Deed:
    """Return what a member must be allowed to do for a change of this kind."""
    if kind in PERSONAL:
        return Deed.FAVOURITE
    return Deed.PURGE if kind == Change.Kind.PURGE else Deed.CHANGE_LIBRARY


def is_allowed(change: Change) -> bool:
    """Say whether the member who asked for a change, or takes it back, may still do that."""
    members = Membership.objects.filter(account=change.account, account__closed_at=None)
    member = members.filter(user=change.actor_id).select_related("account", "user").first()
    return member is not None and allows(deed_of(change.kind), member)


def end(change: Change) -> None:
    """End a locked change where it is: its tag has gone, or whoever is at it may not go on.

    What was not taken back yet can be, by somebody who may; without the tag there is no way back.
    """
    if change.state == State.UNDOING and change.has_lost_its_tag:
        note(change, {"state": State.UNDONE, "undone_at": Now()})
    else:
        note(change, {"state": State.DONE, "ended_at": Now(), "total": F("done")})


def do_slice(change: Change) -> None:
    """Do a locked change to its next pictures, and end it when those were the last."""
    lock_target(change)
    found = slice_of(change)
    locked = set(lock_allowed(change, found.ids))
    changed = deeds.do(change, [one for one in found.ids if one in locked])
    news: dict[str, Any] = {
        "done": F("done") + len(found.ids),
        "changed": F("changed") + changed,
        "unchanged": F("unchanged") + len(locked) - changed,
    }
    if found.last:
        news |= {"reached_at": found.last[0], "reached": found.last[1]}
    if found.is_final:
        news |= {"state": State.DONE, "ended_at": Now(), "total": news["done"]}
    note(change, news)


def undo_slice(change: Change) -> None:
    """Take a locked change back for some of its pictures, and end that when those were the last."""
    lock_target(change)
    noted = ChangedImage.objects.filter(change=change).order_by("image_id")
    changed = list(noted[:SLICE])
    ids = [one.image_id for one in changed]
    locked = set(lock_images(Image.objects.owned_by(change.account), ids))
    undone = deeds.undo(change, [one for one in changed if one.image_id in locked])
    ChangedImage.objects.filter(change=change, image__in=ids).delete()
    news: dict[str, Any] = {"undone": F("undone") + undone}
    if len(changed) < SLICE:
        news |= {"state": State.UNDONE, "undone_at": Now()}
    note(change, news)


def note(change: Change, news: dict[str, Any]) -> None:
    """Write down how far a change is, and tell of it when it has come to its end.

    What is personal is told to nobody.
    """
    Change.objects.filter(pk=change.pk).update(touched_at=Now(), **news)
    change.refresh_from_db(fields=NOTED)
    if not change.is_at_work:
        if change.kind == Change.Kind.PURGE:
            enqueue(FREE)
        if change.kind not in PERSONAL:  # everybody in the account hears what is recorded
            record(told(change))


def told(change: Change) -> Happening:
    """Return the event of a change that has come to its end, for all of its pictures."""
    return Happening(
        change.account_id,
        "library.changed",
        {"change": str(change.pk), "deed": change.deed, "count": change.count},
    )


def lock_target(change: Change) -> None:
    """Lock the tag or album that a change is about: before its pictures, as everybody does."""
    if change.tag_id is not None:
        Tag.objects.select_for_update(no_key=True).filter(pk=change.tag_id).first()
    if change.album_id is not None:
        Album.objects.select_for_update(no_key=True).filter(pk=change.album_id).first()


def lock_allowed(change: Change, ids: Sequence[UUID]) -> list[UUID]:
    """Lock those of these pictures that a change may be about, and return their ids."""
    if change.kind == Change.Kind.PURGE:  # which locks them itself, behind the albums they cover
        return list(allowed(change).filter(pk__in=ids).values_list("pk", flat=True))
    return lock_images(allowed(change), ids)


def allowed(change: Change) -> ImageQuerySet:
    """Return the pictures that a change may be about."""
    images = Image.objects.owned_by(change.account)
    return images.in_trash() if change.kind in FROM_TRASH else images.kept()


def slice_of(change: Change) -> Slice:
    """Return the next pictures of a change: the next ids, or the next that match."""
    selection = Selection.from_json(change.selection)
    if selection.matching is None:
        ids = selection.ids[change.done : change.done + SLICE]
        return Slice(ids, is_final=change.done + SLICE >= len(selection.ids))
    if change.kind not in FROM_TRASH:
        return slice_of_library(change, selection)
    found = list(remaining(change).values_list("pk", order_of(change))[:SLICE])
    last = (found[-1][1], found[-1][0]) if found else None
    return Slice([pk for pk, _ in found], is_final=len(found) < SLICE, last=last)


def slice_of_library(change: Change, selection: Selection) -> Slice:
    """Return the next pictures of the library that match, the newest first."""
    start = (until_of(change, selection), HIGHEST)
    if change.reached_at is not None and change.reached is not None:
        start = (change.reached_at, change.reached)
    keys = keys_behind(change.account, change.user, selection.filters, start, limit=SLICE)
    last = None
    if keys:
        last = (Image.objects.values_list("added_at", flat=True).get(pk=keys[-1]), keys[-1])
    return Slice(keys, is_final=len(keys) < SLICE, last=last)


def until_of(change: Change, selection: Selection) -> datetime:
    """Return the moment up to which pictures are selected: nobody asks for what is to come."""
    return min(selection.until or change.made_at, change.made_at)


def order_of(change: Change) -> str:
    """Return the time by which the pictures of a change are walked: that of their list."""
    return "trashed_at" if change.kind in FROM_TRASH else "added_at"


def remaining(change: Change) -> ImageQuerySet:
    """Return the pictures that match and that a change has not come past, in its order."""
    selection, by = Selection.from_json(change.selection), order_of(change)
    images = allowed(change).selected(selection, user=change.user)
    images = images.filter(**{f"{by}__lte": until_of(change, selection)})
    if change.reached_at is not None:
        images = images.filter(
            Q(**{f"{by}__lte": change.reached_at})
            & (Q(**{f"{by}__lt": change.reached_at}) | Q(pk__lt=change.reached))
        )
    return images.order_by(f"-{by}", "-pk")


def go_on_with_changes() -> int:
    """Hand changes that nobody is at work on to a worker, and return how many those were."""
    abandoned = Change.objects.at_work().filter(touched_at__lt=Now() - ABANDONED)
    ids = list(abandoned.values_list("pk", flat=True))
    for change_id in ids:
        enqueue(TASK, change_id=str(change_id))
    return len(ids)


@transaction.atomic
def forget_changes() -> int:
    """Remove changes that are too old to be undone, and return how many those were."""
    old = Change.objects.exclude(state__in=[State.RUNNING, State.UNDOING])
    ids = list(old.filter(made_at__lt=Now() - KEPT).values_list("pk", flat=True)[:SLICE])
    ChangedImage.objects.filter(change__in=ids).delete()
    return Change.objects.filter(pk__in=ids).delete()[0]

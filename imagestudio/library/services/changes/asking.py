"""Asking for a change of many pictures, and for taking it back."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Membership
from imagestudio.accounts.permissions import require
from imagestudio.accounts.services.access import membership_of
from imagestudio.jobs import enqueue
from imagestudio.library.exceptions import (
    BadAlbum,
    BadTag,
    CannotBeUndone,
    NoSuchChange,
    NoSuchImage,
)
from imagestudio.library.models import Album, Change, Image, Tag
from imagestudio.library.selection import Selection
from imagestudio.library.services.albums import album_of, lay_album, tell
from imagestudio.library.services.changes.working import (
    FROM_TRASH,
    TASK,
    deed_of,
    do_slice,
    undo_slice,
)
from imagestudio.library.services.tags import ensure_tag, tag_named

Kind = Change.Kind
State = Change.State

TAGGING = (Kind.TAG, Kind.UNTAG)
PLACING = (Kind.ADD_TO_ALBUM, Kind.REMOVE_FROM_ALBUM)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to become of some pictures: the kind, and the tag or album that it is about.

    `tag` is a tag's name, which `TAG` makes when it is not there; `new_album` the name of an album
    to make, in place of one that exists.
    """

    kind: Change.Kind
    tag: str = ""
    album_id: UUID | None = None
    new_album: str = ""


@transaction.atomic
def make_change(*, membership: Membership, wanted: Wanted, selection: Selection) -> Change:
    """Return a new change of the selected pictures; the first thousand are changed already.

    The others are left to a worker; what enters the library after this moment is not selected,
    whatever it matches. Pictures that are not there (any more) are passed over.
    Raises RoleTooLow, StandingTooLow, NoSuchImage (none of those named is there), BadTag,
    NoSuchTag, BadAlbum, NoSuchAlbum.
    """
    require(deed_of(wanted.kind), membership)
    total = None
    if selection.matching is None:
        total = count_named(membership, wanted.kind, selection)
    change = Change.objects.create(
        account=membership.account,
        user=membership.user,
        kind=wanted.kind,
        tag=tag_for(membership, wanted),
        album=album_for(membership, wanted),
        selection=selection.as_json(),
        total=total,
    )
    change.refresh_from_db(fields=["made_at"])
    do_slice(change)
    if change.is_at_work:
        enqueue(TASK, change_id=str(change.pk))
    if change.album is not None and wanted.album_id is None:
        tell(change.album)
    return change


def count_named(membership: Membership, kind: str, selection: Selection) -> int:
    """Return how many of the named pictures are there. Raises NoSuchImage for none at all."""
    images = Image.objects.owned_by(membership.account).selected(selection, user=membership.user)
    found = (images.in_trash() if kind in FROM_TRASH else images.kept()).count()
    if not found and not images.exists():
        raise NoSuchImage("None of these pictures is in this library.")
    return found


def tag_for(membership: Membership, wanted: Wanted) -> Tag | None:
    """Return the tag that a change is about, locked. Raises BadTag, NoSuchTag."""
    if wanted.kind not in TAGGING:
        return None
    if not wanted.tag.strip():
        raise BadTag("Say which tag.")
    if wanted.kind == Kind.TAG:
        return ensure_tag(account=membership.account, name=wanted.tag)
    return tag_named(account=membership.account, name=wanted.tag)


def album_for(membership: Membership, wanted: Wanted) -> Album | None:
    """Return the album that a change is about; of a new one nobody is told yet.

    Raises BadAlbum, NoSuchAlbum.
    """
    if wanted.kind not in PLACING:
        return None
    if wanted.album_id is not None:
        return album_of(account=membership.account, album_id=wanted.album_id)
    if wanted.kind == Kind.ADD_TO_ALBUM and wanted.new_album.strip():
        return lay_album(membership=membership, name=wanted.new_album)
    raise BadAlbum("Choose an album.")


def change_of(*, membership: Membership, change_id: UUID) -> Change:
    """Return a change of the account that this member may know. Raises NoSuchChange."""
    changes = Change.objects.owned_by(membership.account).known_to(membership.user)
    change = changes.select_related("tag", "album").filter(pk=change_id).first()
    if change is None:
        raise NoSuchChange("There is no such change, or it is too long ago.")
    return change


def changed_ids(change: Change, *, most: int) -> list[UUID]:
    """Return some of the pictures that a change really changed and that are not changed back."""
    return list(change.images.values_list("image_id", flat=True)[:most])


@transaction.atomic
def undo_change(*, membership: Membership, change_id: UUID) -> Change:
    """Return a change that is being taken back; its first thousand pictures are already.

    One that is still at work stops. Pictures that somebody has changed again since stay as they
    are now. Whoever takes it back must be allowed its deed themselves, now and for each slice.
    Raises NoSuchAccount (no member any more), NoSuchChange, CannotBeUndone, RoleTooLow,
    StandingTooLow.
    """
    now = membership_of(user=membership.user, slug=membership.account.slug)
    change = change_of(membership=now, change_id=change_id)
    require(deed_of(change.kind), now)
    undoable = Change.objects.filter(pk=change.pk, state__in=[State.RUNNING, State.DONE])
    news = {"state": State.UNDOING, "undone_by": now.user, "touched_at": Now()}
    if change.kind == Kind.PURGE or not undoable.update(**news):
        raise CannotBeUndone("It was undone already, or cannot be.")
    change.refresh_from_db()
    if change.kind in TAGGING and change.tag is None:
        raise CannotBeUndone("The tag is not there any more.")
    undo_slice(change)
    if change.is_at_work:
        enqueue(TASK, change_id=str(change.pk))
    return change

"""Uploads: bytes from a person or program become an image of their account."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from django.db import transaction

from imagestudio.accounts.models import Account, Membership, User
from imagestudio.accounts.permissions import Deed, require
from imagestudio.connections import release_connections
from imagestudio.errors import StudioError
from imagestudio.events.services import Happening, record
from imagestudio.library import storage
from imagestudio.library.exceptions import JustRemoved, PictureHeld, PictureHidden
from imagestudio.library.imaging import Normalised, normalise
from imagestudio.library.models import File, Image
from imagestudio.library.received import display_name
from imagestudio.library.search import search_of
from imagestudio.library.services.appearances import known_colours
from imagestudio.library.services.bans import judge, keep_matches, lock_list
from imagestudio.library.services.files import (
    StoredFile,
    arrivals,
    digest,
    discard,
    keep_file,
    locked_file,
    store_renditions,
)
from imagestudio.library.visibility import HIDDEN_FROM_ALL


@dataclass(frozen=True, slots=True)
class Received:
    """What a client sent: the bytes, and the name it gave them."""

    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """The image of an upload, and whether it is new in the library."""

    image: Image
    is_new: bool


@dataclass(slots=True)
class Prepared:
    """An upload that is checked and, unless the account has its bytes already, stored.

    `was_kept` turns true when `keep_uploads` takes care of what was stored.
    """

    title: str
    placeholder: str
    known: File | None
    stored: StoredFile | None
    was_kept: bool = False


def add_upload(*, membership: Membership, received: Received) -> Upload:
    """Return the image of these bytes in the member's account.

    The same bytes twice in an account are one file, and one image while that is not in the trash.
    What is in the trash stays there: its bytes make a new image. Raises RoleTooLow,
    StandingTooLow, PictureHidden, the errors of `imaging`, StorageUnavailable, and JustRemoved;
    then nothing is stored. Raises PictureHeld for what looks like a banned picture: that is kept,
    and seen by nobody until a person has looked at it.
    """
    with checked(membership=membership, received=received) as keep:
        return keep()


@contextmanager
def checked(*, membership: Membership, received: Received) -> Iterator[Callable[[], Upload]]:
    """Check and store an upload, and hand over what makes it an image of the library.

    For callers with a transaction of their own around the keeping: checking decodes the picture,
    which takes long, and comes before it. Both steps together raise what `add_upload` raises.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    with prepared(account=membership.account, received=[received]) as uploads:
        yield partial(keep, membership=membership, uploads=uploads)


def keep(*, membership: Membership, uploads: Sequence[Prepared]) -> Upload:
    """Write the rows of one prepared upload, tell of it, and return its image.

    Raises PictureHeld, of which those rows stay.
    """
    with transaction.atomic():
        kept = keep_uploads(account=membership.account, user=membership.user, uploads=uploads)
        record(*happenings(kept))
    refuse_held(kept)
    return kept[0]


def refuse_held(uploads: Sequence[Upload]) -> None:
    """Do nothing if all of these can be seen. Raises PictureHeld."""
    if any(one.image.is_hidden for one in uploads):
        raise PictureHeld(
            "This picture looks like one that was removed by a decision. Somebody looks at it "
            "before anybody can see it; you will be told what comes of it."
        )


@contextmanager
def prepared(*, account: Account, received: Sequence[Received]) -> Iterator[list[Prepared]]:
    """Check and store some uploads, all or none, and hand them over to `keep_uploads`.

    All are checked before any is stored. What was stored is removed when the block fails, and
    when it ends without keeping it. Best entered outside of a transaction: decoding takes long
    and waits for others, and no database connection is held meanwhile.
    """
    known = [known_file(account=account, received=one) for one in received]
    release_connections()
    checked = [
        None if file else normalise(one.data) for one, file in zip(received, known, strict=True)
    ]
    keys: list[str] = []
    uploads: list[Prepared] = []
    try:
        for one, file, picture in zip(received, known, checked, strict=True):
            stored = None
            if picture is not None:
                stored = store(received=one, picture=picture, keys=keys)
            uploads.append(
                Prepared(
                    title=display_name(one.name),
                    placeholder=picture.placeholder if picture else "",
                    known=file,
                    stored=stored,
                )
            )
        yield uploads
    except StudioError as error:
        if not error.commits:
            discard_all(keys)
            raise
        discard_unkept(uploads)
        raise
    except BaseException:
        discard_all(keys)
        raise
    discard_unkept(uploads)


def discard_all(keys: Sequence[str]) -> None:
    """Remove bytes that were stored for nothing."""
    for key in keys:
        discard(key)


def discard_unkept(uploads: Sequence[Prepared]) -> None:
    """Remove what was stored of uploads that were not kept."""
    for upload in uploads:
        if not upload.was_kept:
            discard_stored(upload.stored)


def known_file(*, account: Account, received: Received) -> File | None:
    """Return the account's file that was made from exactly these bytes, if there is one."""
    return (
        File.objects.owned_by(account)
        .filter(received_sha256=digest(received.data), images__isnull=False)
        .first()
    )


def store(*, received: Received, picture: Normalised, keys: list[str]) -> StoredFile:
    """Put an upload's normalised bytes and first rendition into storage; note their keys."""
    key = f"uploads/{uuid4()}"
    keys.append(key)
    storage.save(key, picture.data)
    renditions = store_renditions(key=key, renditions=picture.renditions)
    keys.extend(one.key for one in renditions)
    return StoredFile(
        key=key,
        sha256=digest(picture.data),
        received_sha256=digest(received.data),
        mime=picture.mime,
        bytes=len(picture.data),
        width=picture.width,
        height=picture.height,
        has_alpha=picture.has_alpha,
        renditions=renditions,
        appearance=picture.appearance,
    )


def keep_uploads(*, account: Account, user: User, uploads: Sequence[Prepared]) -> list[Upload]:
    """Write the rows of prepared uploads and return their images in the same order.

    Files are locked by their content, so that two requests with the same ones never wait in a ring.
    """
    lock_list()
    order = sorted(range(len(uploads)), key=lambda index: content_of(uploads[index]))
    kept = {
        index: keep_upload(account=account, user=user, upload=uploads[index]) for index in order
    }
    return [kept[index] for index in range(len(uploads))]


def content_of(upload: Prepared) -> bytes:
    """Return what tells the stored bytes of one upload from others."""
    file = upload.known or upload.stored
    return bytes(file.sha256) if file else b""


def happenings(uploads: Sequence[Upload]) -> list[Happening]:
    """Return the events of uploads that are new, to be recorded last in their transaction."""
    return [event for one in uploads if one.is_new for event in arrivals(one.image)]


def keep_upload(*, account: Account, user: User, upload: Prepared) -> Upload:
    """Write the rows of one prepared upload, or find the image that the account has of it.

    Raises PictureHidden.
    """
    upload.was_kept = True
    file = file_for(account=account, upload=upload)
    judgement = judge(file)
    if judgement.decided in HIDDEN_FROM_ALL:
        raise PictureHidden("This picture was removed by a decision and cannot be added again.")
    images = Image.objects.owned_by(account).filter(file=file)
    image = images.kept().filter(origin=Image.Origin.UPLOADED).order_by("added_at").first()
    if image is not None:
        return Upload(image, is_new=False)
    earlier = images.order_by("added_at").first()
    image = Image.objects.create(
        account=account,
        file=file,
        created_by=user,
        origin=Image.Origin.UPLOADED,
        title=upload.title,
        format=file.mime.rpartition("/")[2],
        width=file.width,
        height=file.height,
        placeholder=upload.placeholder or (earlier.placeholder if earlier else "#888888"),
        moderation=judgement.moderation,
        search=search_of(account.pk, upload.title, colours=known_colours(file)),
    )
    keep_matches(image, judgement.alike)
    return Upload(image, is_new=True)


def file_for(*, account: Account, upload: Prepared) -> File:
    """Return the file of a prepared upload, locked: two of the same bytes wait for each other.

    Raises JustRemoved when the one that the account had was purged since.
    """
    if upload.stored is not None:
        file = keep_file(account=account, stored=upload.stored)
        if file.key != upload.stored.key:  # somebody was quicker with the same bytes
            transaction.on_commit(lambda: discard_stored(upload.stored))
        return file
    if upload.known is None:
        raise ValueError("A prepared upload has a file or stored bytes.")
    known = locked_file(File.objects.owned_by(account).filter(pk=upload.known.pk))
    if known is None:
        raise JustRemoved("Send them once more.")
    return known


def discard_stored(stored: StoredFile | None) -> None:
    """Remove bytes that were stored for nothing."""
    if stored is not None:
        discard(stored.key)
        for one in stored.renditions:
            discard(one.key)

"""Results: bytes that a model made become images of the account that paid for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from imagestudio.accounts.models import Account, User
from imagestudio.library import storage
from imagestudio.library.imaging import Verified, receive_result
from imagestudio.library.models import Derivation, Image
from imagestudio.library.search import search_of
from imagestudio.library.services.bans import graver, judge, keep_matches
from imagestudio.library.services.files import (
    StoredFile,
    digest,
    keep_file,
    store_renditions,
)

MOST_RESULTS = 16  # of one attempt, that are looked for in storage


@dataclass(frozen=True, slots=True)
class Made:
    """How a picture was made: what stands on its page."""

    prompt: str
    model: str
    quality: str
    size: str


@dataclass(frozen=True, slots=True)
class Parent:
    """An image that went into another, at a position 1 to 16."""

    image: Image
    position: int
    role: str = ""


@dataclass(frozen=True, slots=True)
class StoredResult:
    """A result that is stored as it came, verified, and has its first rendition; no rows yet."""

    file: StoredFile
    placeholder: str


def key_of(attempt_id: UUID, position: int) -> str:
    """Return where one result of an attempt is stored."""
    return f"attempts/{attempt_id}/{position}"


def keep_bytes(*, key: str, data: bytes) -> None:
    """Put a result's bytes into storage as they came, before anything is asked of them.

    Under the key of its attempt and position, so that doing it again changes nothing.
    Raises KeyTaken when other bytes are there, and StorageUnavailable.
    """
    storage.save(key, data)


def read_bytes(*, key: str) -> bytes:
    """Return a result's bytes as they were stored. Raises BytesMissing, StorageUnavailable."""
    return storage.read(key)


def replace_bytes(*, key: str, data: bytes) -> None:
    """Put a result's bytes in place of others that are no picture. Raises StorageUnavailable."""
    storage.save(key, data, replace=True)


def stored_bytes(*, attempt_id: UUID) -> dict[int, bytes]:
    """Return what was stored of an attempt's results, by position. Raises StorageUnavailable."""
    keys = {position: key_of(attempt_id, position) for position in range(MOST_RESULTS)}
    return {position: storage.read(key) for position, key in keys.items() if storage.exists(key)}


def verify(*, key: str, data: bytes) -> StoredResult:
    """Return what is known of stored bytes once they are decoded, with a first rendition stored.

    Raises BadOutput when they are not a readable PNG, JPEG or WebP, and StorageUnavailable.
    """
    picture: Verified = receive_result(data)
    sha256 = digest(data)
    return StoredResult(
        file=StoredFile(
            key=key,
            sha256=sha256,
            received_sha256=sha256,
            mime=picture.mime,
            bytes=len(data),
            width=picture.width,
            height=picture.height,
            has_alpha=picture.transparent_pixels > 0,
            renditions=store_renditions(key=key, renditions=picture.renditions),
            appearance=picture.appearance,
        ),
        placeholder=picture.placeholder,
    )


def add_generated(
    *,
    account: Account,
    user: User,
    stored: StoredResult,
    made: Made,
    parents: Sequence[Parent] = (),
    is_filtered: bool = False,
) -> Image:
    """Return the new image of a stored result, with a derivation for each of its sources.

    One that is filtered enters hidden from everybody outside of its account.

    To be called in the transaction that settles its cost, which also records the event.
    """
    file = keep_file(account=account, stored=stored.file)
    judgement = judge(file)
    kept_from = Image.Moderation.HIDDEN_PUBLIC if is_filtered else Image.Moderation.CLEAR
    image = Image.objects.create(
        account=account,
        file=file,
        created_by=user,
        origin=Image.Origin.GENERATED,
        prompt=made.prompt,
        model=made.model,
        quality=made.quality,
        size=made.size,
        format=file.mime.rpartition("/")[2],
        width=file.width,
        height=file.height,
        placeholder=stored.placeholder,
        moderation=graver(kept_from, judgement.moderation),
        search=search_of(account.pk, made.prompt, colours=stored.file.colours),
    )
    keep_matches(image, judgement.alike)
    Derivation.objects.bulk_create(
        Derivation(
            account=account,
            child=image,
            parent=one.image,
            position=one.position,
            role=one.role,
        )
        for one in parents
    )
    return image

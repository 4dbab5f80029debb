"""One picture of an export becomes an image of the account: checked, stored, and written down."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from imagestudio.accounts.models import Account, User
from imagestudio.errors import Invalid
from imagestudio.events.services import record
from imagestudio.library import storage
from imagestudio.library.archive import Archive, BadArchive
from imagestudio.library.exceptions import BadTag
from imagestudio.library.imaging import Normalised, Verified, normalise, receive_result
from imagestudio.library.models import (
    Derivation,
    Favourite,
    File,
    Image,
    ImageTag,
    ImportedImage,
    Tag,
)
from imagestudio.library.search import fold_name, search_of
from imagestudio.library.services.appearances import known_colours
from imagestudio.library.services.bans import judge, keep_matches
from imagestudio.library.services.files import (
    StoredFile,
    arrivals,
    digest,
    discard,
    keep_file,
    locked_file,
    store_renditions,
)
from imagestudio.library.services.imports.lines import MOST_PICTURE, ImageLine
from imagestudio.library.services.tags import MOST_OF_ONE, clean, ensure_tag


@dataclass(frozen=True, slots=True)
class Checked:
    """A picture of an export whose bytes are known to the account, or stored for it."""

    line: ImageLine
    known: UUID | None
    stored: StoredFile | None
    placeholder: str

    def discard(self) -> None:
        """Remove what was stored for nothing."""
        if self.stored is not None:
            for key in (self.stored.key, *(one.key for one in self.stored.renditions)):
                discard(key)


def check(*, account: Account, archive: Archive, line: ImageLine) -> Checked:
    """Return a picture of an export after decoding it, unless the account has its bytes.

    Raises BadArchive, the errors of `imaging`, and StorageUnavailable.
    """
    sha256 = bytes.fromhex(line.sha256)
    known = File.objects.owned_by(account).filter(sha256=sha256, images__isnull=False).first()
    if known is not None:
        return Checked(line, known.pk, None, line.placeholder)
    data = archive.read(line.name, most=MOST_PICTURE)
    if len(data) != line.bytes or digest(data) != sha256:
        raise BadArchive(f"{line.name} does not hold what its name says.")
    verified = receive_result(data)
    if verified.mime != line.mime:
        raise BadArchive(f"{line.name} is {verified.mime}, not {line.mime}.")
    if line.origin == "uploaded" and not verified.is_bare:
        # Not what this studio would have kept of an upload: it is treated as a new one.
        made = normalise(data)
        return Checked(line, None, _stored(made.data, made, sha256), made.placeholder)
    return Checked(line, None, _stored(data, verified, sha256), verified.placeholder)


def _stored(data: bytes, picture: Verified | Normalised, received_sha256: bytes) -> StoredFile:
    key = f"uploads/{uuid4()}"
    storage.save(key, data)
    return StoredFile(
        key=key,
        sha256=digest(data),
        received_sha256=received_sha256,
        mime=picture.mime,
        bytes=len(data),
        width=picture.width,
        height=picture.height,
        has_alpha=is_see_through(picture),
        renditions=store_renditions(key=key, renditions=picture.renditions),
        appearance=picture.appearance,
    )


def is_see_through(picture: Verified | Normalised) -> bool:
    """Say whether a picture has transparency, as the rows of uploads and of results mean it."""
    if isinstance(picture, Verified):
        return picture.transparent_pixels > 0
    return picture.has_alpha


def keep(*, account: Account, user: User, checked: Checked, now: datetime) -> Image | None:
    """Write all rows of a picture of an export, or none; return its image, None if it was there.

    Sources count that were brought in before; so no picture ever descends from itself. Raises
    Invalid when the account's own file was removed in this moment: then it can be tried again.
    """
    try:
        with transaction.atomic():
            image, has_stored = _rows(account, user, checked, now)
    except IntegrityError as error:
        checked.discard()
        if "imported_image_once" not in str(error):
            raise
        return None  # another import of the same export was quicker
    if not has_stored:
        checked.discard()
    return image


def _rows(account: Account, user: User, checked: Checked, now: datetime) -> tuple[Image, bool]:
    line = checked.line
    tags = _tags(account, line)
    file, has_stored = _file(account, checked)
    judgement = judge(file)
    image = Image.objects.create(
        account=account,
        file=file,
        created_by=user,
        added_at=min(line.added_at, now),
        origin=line.origin,
        title=line.title,
        prompt=line.prompt,
        model=line.model,
        quality=line.quality,
        size=line.size,
        format=file.mime.rpartition("/")[2],
        width=file.width,
        height=file.height,
        placeholder=checked.placeholder,
        moderation=judgement.moderation,
        search=search_of(
            account.pk,
            line.prompt,
            line.title,
            *(tag.name for tag in tags),
            colours=known_colours(file),
        ),
    )
    keep_matches(image, judgement.alike)
    _derive(account, image, line)  # before it is known itself: nothing descends from itself
    brought = ImportedImage.objects.filter(account=account, origin=line.id)
    brought.exclude(image__purged_at=None).delete()  # what was removed for good comes in again
    ImportedImage.objects.create(account=account, origin=line.id, image=image)
    ImageTag.objects.bulk_create(
        ImageTag(tag=tag, image=image, added_at=image.added_at) for tag in tags
    )
    if line.favourite:
        Favourite.objects.create(account=account, user=user, image=image, added_at=image.added_at)
    record(*arrivals(image))
    return image, has_stored


def _tags(account: Account, line: ImageLine) -> list[Tag]:
    """Return the tags of a line, locked in one order, without those that can be none."""
    wanted: dict[str, str] = {}
    for name in line.tags[:MOST_OF_ONE]:
        with suppress(BadTag):
            wanted.setdefault(fold_name(clean(name)), name)
    return [ensure_tag(account=account, name=wanted[folded]) for folded in sorted(wanted)]


def _file(account: Account, checked: Checked) -> tuple[File, bool]:
    """Return the locked file of a picture, and whether it is the one that was stored for it."""
    if checked.stored is not None:
        file = keep_file(account=account, stored=checked.stored)
        return file, file.key == checked.stored.key
    files = File.objects.owned_by(account).filter(pk__in=[checked.known])
    known = locked_file(files)
    if known is None:
        raise Invalid("This picture's file was just removed. Import it again.")
    return known, True


def _derive(account: Account, image: Image, line: ImageLine) -> None:
    parents = images_by_origin(account, [one.image for one in line.sources], purged=True)
    Derivation.objects.bulk_create(
        [
            Derivation(
                account=account,
                child=image,
                parent_id=parents[one.image],
                position=one.position,
                role=one.role,
            )
            for one in {one.position: one for one in line.sources}.values()
            if one.image in parents
        ]
    )


def images_by_origin(
    account: Account, origins: list[UUID], *, purged: bool = False
) -> dict[UUID, UUID]:
    """Return the ids of the images that stand in this account for those of an export.

    An export that comes back to where it was made finds the images themselves. Those that were
    removed for good are not there, unless it is asked for the `purged` too: then an image that came
    in again goes before the one in whose place it came.
    """
    own = Image.objects.filter(account=account, pk__in=origins)
    brought = ImportedImage.objects.filter(account=account, origin__in=origins)
    if not purged:
        own = own.filter(purged_at=None)
        brought = brought.filter(image__purged_at=None)
    found = {key: key for key in own.values_list("pk", flat=True)}
    return found | dict(brought.values_list("origin", "image_id"))

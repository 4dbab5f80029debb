"""Tags: words that an account gives to its pictures, one row for each way to write one."""

import unicodedata
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import Happening, record
from imagestudio.jobs import enqueue
from imagestudio.library.exceptions import BadTag, NoSuchImage, NoSuchTag, TagTaken
from imagestudio.library.models import Change, Image, ImageTag, Tag
from imagestudio.library.search import fold_name
from imagestudio.library.services.indexing import index_images, index_tag
from imagestudio.library.services.locking import lock_images

MOVE = "library.move_tag"
SLICE = 1000  # pictures of one transaction
LONGEST = 50  # characters of a name
MOST_OF_ONE = 50  # tags of one picture


def clean(name: str) -> str:
    """Return a tag's name as it is kept. Raises BadTag."""
    words = " ".join(unicodedata.normalize("NFC", name).split()).removeprefix("#").strip()
    if not words or not words.isprintable() or not fold_name(words):
        raise BadTag("A tag needs at least one letter or digit.")
    if len(words) > LONGEST:
        raise BadTag(f"A tag has at most {LONGEST} characters.")
    return words


def ensure_tag(*, account: Account, name: str) -> Tag:
    """Return the account's tag of this name, new if need be, and locked. Raises BadTag.

    To be called in a transaction: nobody takes the tag away before its end.
    """
    words = clean(name)
    folded = fold_name(words)
    while True:
        Tag.objects.bulk_create(
            [Tag(account=account, name=words, folded=folded)], ignore_conflicts=True
        )
        tag = locked(account=account, folded=folded)
        if tag is not None:  # else somebody has just taken it away
            return tag


def tag_named(*, account: Account, name: str) -> Tag:
    """Return the account's tag of this name, locked. Raises BadTag, NoSuchTag."""
    tag = locked(account=account, folded=fold_name(clean(name)))
    if tag is None:
        raise NoSuchTag("There is no tag of this name.")
    return tag


def locked(*, account: Account, folded: str) -> Tag | None:
    """Return a tag with its row locked, None when it is not there."""
    tags = Tag.objects.owned_by(account).select_for_update(no_key=True)
    return tags.filter(folded=folded).first()


@transaction.atomic
def set_tags(*, membership: Membership, image_id: UUID, names: Sequence[str]) -> Image:
    """Return the image, which has exactly these tags now.

    Raises RoleTooLow, NoSuchImage, BadTag.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    account = membership.account
    wanted = {fold_name(clean(name)): name for name in names}
    if len(wanted) > MOST_OF_ONE:
        raise BadTag(f"A picture has at most {MOST_OF_ONE} tags.")
    # Tags are locked before pictures, in one order.
    tags = [ensure_tag(account=account, name=wanted[folded]) for folded in sorted(wanted)]
    images = Image.objects.owned_by(account).kept()
    if not lock_images(images, [image_id]):
        raise NoSuchImage("There is no such picture in this library.")
    image = Image.objects.owned_by(account).get(pk=image_id)
    had = set(image.taggings.values_list("tag_id", flat=True))
    keep = {tag.pk for tag in tags}
    if had == keep:
        return image
    image.taggings.exclude(tag__in=keep).delete()
    ImageTag.objects.bulk_create(
        ImageTag(tag=tag, image=image, added_at=image.added_at) for tag in tags if tag.pk not in had
    )
    index_images(image_ids=[image.pk])
    record(Happening(account.pk, "image.changed", {"image": str(image.pk)}))
    return image


@transaction.atomic
def rename_tag(*, membership: Membership, tag_id: UUID, name: str, merge: bool = False) -> Tag:
    """Return the tag under its new name, or, with `merge`, the one of that name that takes it in.

    Raises RoleTooLow, NoSuchTag, BadTag, and TagTaken when another tag has the name.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    words = clean(name)
    ids = [tag_id]
    other = Tag.objects.owned_by(membership.account).filter(folded=fold_name(words)).first()
    if other is not None and other.pk != tag_id:
        if not merge:
            raise TagTaken(f"There is a tag “{other.name}” already. Merge the two, or choose anew.")
        ids.append(other.pk)
        lock_changes(tag_id)
    found = lock_tags(membership.account, ids)
    if tag_id not in found or len(found) != len(ids):
        raise NoSuchTag("There is no such tag in this account.")
    tag = found[tag_id]
    if len(ids) > 1:
        into = found[ids[1]]
        begin_to_move(tag, into=into)
        return into
    Tag.objects.filter(pk=tag.pk).update(name=words, folded=fold_name(words))
    index_tag(tag_id=tag.pk)
    record(Happening(membership.account.pk, "tags.changed", {"tag": str(tag.pk)}))
    tag.refresh_from_db()
    return tag


@transaction.atomic
def remove_tag(*, membership: Membership, tag_id: UUID) -> None:
    """Take a tag away from all pictures, and then out of the account.

    Raises RoleTooLow, NoSuchTag.
    """
    require(Deed.CHANGE_LIBRARY, membership)
    if not Tag.objects.owned_by(membership.account).filter(pk=tag_id).exists():
        raise NoSuchTag("There is no such tag in this account.")
    lock_changes(tag_id)
    found = lock_tags(membership.account, [tag_id])
    if not found:
        raise NoSuchTag("There is no such tag in this account.")
    begin_to_move(found[tag_id], into=None)


def lock_changes(tag_id: UUID) -> None:
    """Lock the changes that are about a tag: before the tag, as everybody who works on one does."""
    list(Change.objects.filter(tag=tag_id).order_by("pk").select_for_update(no_key=True))


def lock_tags(account: Account, ids: Sequence[UUID]) -> dict[UUID, Tag]:
    """Lock these tags of an account in the order of their folded names and return them.

    One by one: the database sorts names otherwise than `ensure_tag`'s callers do.
    """
    tags = Tag.objects.filter(account=account, pk__in=ids)
    found: dict[UUID, Tag] = {}
    for _, key in sorted(tags.values_list("folded", "pk")):
        tag = tags.select_for_update(no_key=True).filter(pk=key).first()
        if tag is not None:
            found[key] = tag
    return found


def begin_to_move(tag: Tag, *, into: Tag | None) -> None:
    """Move the first pictures of a locked tag to another, or to none; leave others to a worker."""
    if move_slice(tag, into=into):
        enqueue(MOVE, tag_id=str(tag.pk), into_id=str(into.pk) if into else "")
    record(Happening(tag.account_id, "tags.changed", {"tag": str(tag.pk)}))


def move_tag(*, tag_id: UUID, into_id: UUID | None) -> None:
    """Move what is left of a tag's pictures to another tag, or to none, and remove the tag."""
    while True:
        with transaction.atomic():
            tag = Tag.objects.select_related("account").filter(pk=tag_id).first()
            if tag is None:
                return
            lock_changes(tag_id)
            ids = [one for one in (tag_id, into_id) if one is not None]
            found = lock_tags(tag.account, ids)
            if tag_id not in found:
                return
            if not move_slice(found[tag_id], into=found.get(into_id) if into_id else None):
                return


def move_slice(tag: Tag, *, into: Tag | None) -> bool:
    """Move some pictures of a locked tag, remove it with the last; say whether some are left."""
    taggings = tag.taggings.order_by("image_id")
    ids = list(taggings.values_list("image_id", flat=True)[:SLICE])
    lock_images(Image.objects.filter(account_id=tag.account_id), ids)
    if into is not None:
        retag(ids, into=into)
    tag.taggings.filter(image__in=ids).delete()
    index_images(image_ids=ids)
    if len(ids) == SLICE:
        return True
    Change.objects.filter(tag=tag).update(tag=into)
    tag.delete()
    return False


def retag(ids: Sequence[UUID], *, into: Tag) -> None:
    """Give these pictures a tag, as far as they do not have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO library_imagetag (id, tag_id, image_id, added_at)
            SELECT one.key, %(tag)s, image.id, image.added_at
            FROM library_image AS image
            JOIN unnest(%(keys)s::uuid[], %(ids)s::uuid[]) AS one(key, image)
                ON image.id = one.image
            ON CONFLICT (image_id, tag_id) DO NOTHING
            """,
            {"tag": into.pk, "keys": [uuid7() for _ in ids], "ids": list(ids)},
        )

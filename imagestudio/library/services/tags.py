"""Tags: words that an account gives to its pictures, one row for each way to write one."""

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, Membership
from imagestudio.accounts.permissions import Deed, require
from imagestudio.events.services import Happening, record
from imagestudio.jobs import enqueue
from imagestudio.library.exceptions import BadTag, NoSuchImage, NoSuchTag, TagTaken
from imagestudio.library.models import Change, Image, ImageTag, Tag
from imagestudio.library.search import fold_name
from imagestudio.library.services.indexing import INDEX_TAG, begin_to_index, index_images
from imagestudio.library.services.locking import lock_images

MOVE = "library.move_tag"
SLICE = 1000  # pictures of one transaction
LONGEST = 50  # characters of a name
MOST_OF_ONE = 50  # tags of one picture
# Without a slice: longer than a job that fails is tried again. Nobody is at work on it any more.
ABANDONED = timedelta(minutes=10)


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
        if other.leaving_at is not None:
            raise TagTaken(f"“{other.name}” is just being taken away. Try again in a while.")
        ids.append(other.pk)
        lock_changes(tag_id)
    found = lock_tags(membership.account, ids)
    if tag_id not in found or len(found) != len(ids):
        raise NoSuchTag("There is no such tag in this account.")
    tag = found[tag_id]
    if any(one.leaving_at for one in found.values()):
        raise NoSuchTag("This tag is just being taken away.")
    if len(ids) > 1:
        into = found[ids[1]]
        begin_to_move(tag, into=into)
        return into
    Tag.objects.filter(pk=tag.pk).update(name=words, folded=fold_name(words))
    begin_to_index(tag)
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
    if not found or found[tag_id].leaving_at is not None:
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
    Tag.objects.filter(pk=tag.pk).update(leaving_at=Now(), successor=into, worked_at=Now())
    if move_slice(tag, into=into):
        enqueue(MOVE, tag_id=str(tag.pk))
    record(Happening(tag.account_id, "tags.changed", {"tag": str(tag.pk)}))


def move_tag(*, tag_id: UUID) -> None:
    """Move what is left of a leaving tag's pictures to its successor, or to none; remove the tag.

    While another tag's pictures are on their way to it, it stays, so that those are not lost.
    """
    while go_on_with_tag(tag_id):
        pass


@transaction.atomic
def go_on_with_tag(tag_id: UUID) -> bool:
    """Move the next pictures of a tag that leaves, and say whether there are more."""
    leaving = Tag.objects.filter(pk=tag_id, leaving_at__isnull=False)
    tag = leaving.select_related("account").first()
    if tag is None:
        return False
    lock_changes(tag_id)
    into = successor_of(tag)
    found = lock_tags(tag.account, [one.pk for one in (tag, into) if one is not None])
    if tag_id not in found:
        return False
    return move_slice(found[tag_id], into=found.get(into.pk) if into else None)


def successor_of(tag: Tag) -> Tag | None:
    """Return the tag to which the pictures of a leaving one go, None when they go to none.

    One that has been merged itself since leads on to its own successor. That is no ring: nothing
    is merged into what leaves.
    """
    into = tag.successor
    while into is not None and into.leaving_at is not None:
        into = into.successor
    return into


def go_on_with_tags() -> int:
    """Hand tags that nobody is at work on to a worker, and return how many those were."""
    abandoned = Tag.objects.filter(worked_at__lt=Now() - ABANDONED)
    found = list(abandoned.values_list("pk", "leaving_at"))
    for key, leaving_at in found:
        enqueue(INDEX_TAG if leaving_at is None else MOVE, tag_id=str(key))
    abandoned.filter(pk__in=[key for key, _ in found]).update(worked_at=Now())
    return len(found)


def move_slice(tag: Tag, *, into: Tag | None) -> bool:
    """Move some pictures of a locked tag, remove it with the last; say whether some are left."""
    taggings = tag.taggings.order_by("image_id")
    ids = list(taggings.values_list("image_id", flat=True)[:SLICE])
    lock_images(Image.objects.filter(account_id=tag.account_id), ids)
    if into is not None:
        retag(ids, into=into)
    tag.taggings.filter(image__in=ids).delete()
    index_images(image_ids=ids)
    Tag.objects.filter(pk=tag.pk).update(worked_at=Now())
    if len(ids) == SLICE:
        return True
    if Tag.objects.filter(successor=tag).exists():
        return False  # it is looked at again when those are through
    Change.objects.filter(tag=tag).update(tag=into)
    if tag.successor is not None and tag.successor.leaving_at is not None:
        enqueue(MOVE, tag_id=str(tag.successor.pk))  # it has waited for this one
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

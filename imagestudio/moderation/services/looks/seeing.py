"""What is seen in a look: pages of covered pictures, their prompts, and one of them uncovered."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import SiteRole, User
from imagestudio.http.cursor import page as page_of
from imagestudio.library.filters import Filters
from imagestudio.library.listing import list_page
from imagestudio.library.models import Image, ImageQuerySet, Rendition
from imagestudio.library.models.images import midnight
from imagestudio.library.services.renditions import covered_rendition, made_rendition
from imagestudio.moderation.exceptions import LookInvalid, NoSuchLook, NoSuchPicture
from imagestudio.moderation.models import Case, Look
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.policies import Reason, rank_of
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import open_case, picture, words_of
from imagestudio.moderation.services.looks.beginning import Ending, end, is_fit, require_looker
from imagestudio.moderation.services.reporters import STAFF
from imagestudio.moderation.services.reports import URGENT

PAGE = 60  # pictures
SIDE = 1024  # pixels of the longest side: the largest rendition; the original is never given out
MINUTES = 10  # for which a picture may be fetched once somebody has asked to see it
SALT = "imagestudio.moderation.look"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures of a library; days are of UTC, `until` is the last one.

    Words are looked for in prompts and titles, in what is not in the trash.
    """

    words: str = ""
    since: date | None = None
    until: date | None = None
    is_trash: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a library, and the cursor of the one behind it (None: that was the last)."""

    images: list[Image]
    next_cursor: str | None


def look_of(moderator: User, look_id: UUID) -> Look:
    """Return a look of this moderator that goes on now, by the database's clock.

    Raises NoSuchLook for all others; where the right to it was lost it is over from now on.
    """
    require_looker(moderator)
    looks = Look.objects.under_way().select_related("account", "person", "by", "case")
    look = looks.filter(pk=look_id, by=moderator).first()
    if look is not None and not is_fit(look):
        end(look.pk, Ending.RIGHT)
        look = None
    if look is None:
        raise NoSuchLook("This look is over, or there never was one.")
    return look


def images_of(look: Look) -> ImageQuerySet:
    """Return what is seen in a look, what is in the trash included.

    Not what a decision hides from everybody, which its case shows, and nothing that the moderator
    or staff of the same or a higher rank has made.
    """
    images = Image.objects.owned_by(look.account).exclude(created_by__in=spared(look.by))
    if look.person is not None:
        images = images.filter(created_by=look.person)
    return images.select_related("file", "account", "created_by")


def spared(moderator: User) -> set[UUID]:
    """Return the people whose pictures a moderator sees in no look."""
    rank = rank_in_panel(moderator)
    staff = User.objects.exclude(site_role=SiteRole.NONE).values_list("pk", "site_role")
    return {moderator.pk, *(key for key, role in staff if rank_of(role) >= rank)}


def leaf(*, look: Look, wanted: Wanted, cursor: str | None) -> Leaf:
    """Return a page of the library that a look is into; that it was read is in the log.

    Raises BadCursor.
    """
    found = trash_of(look, wanted, cursor) if wanted.is_trash else kept_of(look, wanted, cursor)
    told = [wanted.words, f"from {wanted.since}" if wanted.since else ""]
    told += [f"to {wanted.until}" if wanted.until else "", "trash" if wanted.is_trash else ""]
    note(
        Verb.LEAFED,
        actor=look.by,
        look=look,
        user=look.person,
        text=", ".join(one for one in told if one),
        pictures=len(found.images),
        is_first=not cursor,
    )
    return found


def kept_of(look: Look, wanted: Wanted, cursor: str | None) -> Leaf:
    """Return a page of what is not in the trash, newest first."""
    filters = Filters(words=wanted.words, since=wanted.since, until=wanted.until)
    if look.person is not None:
        filters = replace(filters, members=(look.person.pk,))
    found = list_page(look.account, look.by, filters, limit=PAGE, cursor=cursor)
    shown = images_of(look).in_bulk([one.pk for one in found.images])
    return Leaf([shown[one.pk] for one in found.images if one.pk in shown], found.next_cursor)


def trash_of(look: Look, wanted: Wanted, cursor: str | None) -> Leaf:
    """Return a page of the trash, what was put there last first."""
    images = images_of(look).in_trash()
    if wanted.since:
        images = images.filter(added_at__gte=midnight(wanted.since))
    if wanted.until:
        images = images.filter(added_at__lt=midnight(wanted.until) + timedelta(days=1))
    of = f"trash in look {look.pk}"
    ordered = images.order_by("-trashed_at", "-id")
    found = page_of(ordered, by="trashed_at", cursor=cursor, limit=PAGE, of=of)
    return Leaf(found.rows, found.next_cursor)


def picture_of(look: Look, image_id: UUID) -> Image:
    """Return a picture that is seen in a look. Raises NoSuchPicture."""
    image = images_of(look).filter(pk=image_id).first()
    if image is None:
        raise NoSuchPicture("There is no such picture in this library.")
    return image


def read_picture(*, look: Look, image_id: UUID) -> Image:
    """Return a picture whose words are read, covered; that is in the log. Raises NoSuchPicture."""
    image = picture_of(look, image_id)
    note(Verb.LEAFED, actor=look.by, look=look, user=image.created_by, image_id=image.pk)
    return image


def covered_picture(*, look: Look, image_id: UUID) -> Rendition:
    """Return the cover of a picture. Raises NoSuchPicture, and as `covered_rendition`."""
    return covered_rendition(image=picture_of(look, image_id))


@transaction.atomic
def reveal(*, look: Look, image_id: UUID) -> str:
    """Return the key with which a picture may be fetched in this look for some minutes.

    That it was looked at is in the log first. Raises NoSuchPicture, NoSuchLook.
    """
    image = picture_of(look, image_id)
    if not Look.objects.under_way().filter(pk=look.pk).select_for_update(no_key=True).exists():
        raise NoSuchLook("This look is over.")
    note(Verb.VIEWED, actor=look.by, look=look, user=image.created_by, image_id=image.pk)
    return signing.dumps([str(look.by_id), str(look.pk), str(image.pk)], salt=SALT, compress=False)


def clear_picture(*, look: Look, image_id: UUID, key: str) -> Rendition:
    """Return the largest rendition of a picture that was asked for in this look.

    Raises NoSuchPicture (also for a key of somebody else, or an old one), NoSuchRendition.
    """
    try:
        asked = signing.loads(key, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature as error:
        raise NoSuchPicture("Ask to see it once more.") from error
    if asked != [str(look.by_id), str(look.pk), str(image_id)]:
        raise NoSuchPicture("Ask to see it once more.")
    return made_rendition(image=picture_of(look, image_id), side=SIDE)


@transaction.atomic
def open_case_on(*, look: Look, image_id: UUID, reason: str, text: str) -> Case:
    """Return the open case about a picture that was seen in a look, as if staff had reported it.

    Raises NoSuchPicture, LookInvalid.
    """
    if reason not in Reason.values:
        raise LookInvalid("Choose what is wrong with it.")
    words, why = words_of(text, error=LookInvalid), Reason(reason)
    image = picture_of(look, image_id)
    lane = Case.Lane.LEGAL if why.is_legal else Case.Lane.REPORT
    weight = STAFF * (URGENT if why.is_urgent else 1)
    case = open_case(subject=picture(image), lane=lane, weight=weight, actor=look.by)
    if why.within is not None:
        Case.objects.filter(pk=case.pk, due_at=None).update(due_at=Now() + why.within)
    note(Verb.NOTED, actor=look.by, case=case, look=look, text=words, reason=why)
    case.refresh_from_db()
    return case

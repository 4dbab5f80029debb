"""Looking at the pictures of cases: covered at first, and what is not public never unnoticed."""

from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Q

from imagestudio.accounts.models import User
from imagestudio.accounts.permissions import standing_of
from imagestudio.library.models import BanMatch, Image, Rendition
from imagestudio.library.services.renditions import covered_rendition, rendition_or_original
from imagestudio.library.visibility import Reach
from imagestudio.moderation.exceptions import NoSuchPicture
from imagestudio.moderation.models import Case, kept_from
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.panel.dossier import case_of

SIDE = "1024"  # pixels of the longest side: the largest rendition
MINUTES = 10  # for which a picture may be fetched once somebody has asked to see it
SALT = "imagestudio.moderation.picture"


@transaction.atomic
def reveal(*, moderator: User, case_id: UUID) -> str:
    """Return the key with which this moderator may fetch the picture of a case for some minutes.

    What not everybody may see leaves a line in the audit log. Raises NoSuchCase, NoSuchPicture.
    """
    case = case_of(moderator, case_id)
    image = picture_of(case)
    if image.seen_at(standing_of(image.created_by, case.account)).reach < Reach.PUBLIC:
        note(Verb.VIEWED, actor=moderator, case=case, user=image.created_by)
    return signing.dumps([str(moderator.pk), str(case.pk)], salt=SALT, compress=False)


def clear_picture(*, moderator: User, case_id: UUID, key: str) -> tuple[str, str, int]:
    """Return storage key, MIME type and size in bytes of a picture that was asked for.

    Raises NoSuchCase, NoSuchPicture (also for a key of somebody else, or an old one).
    """
    case = case_of(moderator, case_id)
    try:
        asked = signing.loads(key, salt=SALT, max_age=MINUTES * 60)
    except signing.BadSignature as error:
        raise NoSuchPicture("Ask to see it once more.") from error
    if asked != [str(moderator.pk), str(case.pk)]:
        raise NoSuchPicture("Ask to see it once more.")
    return rendition_or_original(image=picture_of(case), name=SIDE)


def covered_picture(*, moderator: User, case_id: UUID, image_id: UUID | None = None) -> Rendition:
    """Return the cover of a case's picture, or of another one beside it.

    That is one of the same person and account, or a banned one that it looks like.

    Raises NoSuchCase, NoSuchPicture, and what `covered_rendition` raises.
    """
    image = picture_of(case_of(moderator, case_id))
    if image_id is not None and image_id != image.pk:
        same = Q(account=image.account_id, created_by=image.created_by_id)
        banned = Q(pk__in=BanMatch.objects.filter(image=image).values("ban__image"))
        beside = Image.objects.filter(same | banned, pk=image_id, purged_at=None)
        beside = beside.exclude(kept_from(rank_in_panel(moderator)))
        other = beside.select_related("file").first()
        if other is None:
            raise NoSuchPicture("There is no such picture beside this case.")
        image = other
    return covered_rendition(image=image)


def picture_of(case: Case) -> Image:
    """Return the picture that a case is about. Raises NoSuchPicture for one that is gone."""
    if case.image is None or case.image.file is None:
        raise NoSuchPicture("This case is about no picture that is still there.")
    return case.image

"""What people have been told, as they find it: on their pages, or by the key of a letter.

Somebody who is suspended cannot sign in, and still has to read why and to object. So each letter
carries a key: a signature over its decision and its person, that opens nothing but this one text.
It ends with the time in which one can object, or once somebody has.
"""

from collections.abc import Iterable
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.library.models import Publication
from imagestudio.moderation.exceptions import NoSuchDecision
from imagestudio.moderation.models import APPEAL_WINDOW, Notice, Report

SIGNER = Signer(salt="moderation.notice")


def key_of(notice: Notice) -> str:
    """Return the key that stands in the letter of a notice."""
    return SIGNER.signature(signed(notice))


def signed(notice: Notice) -> str:
    """Return what a key is the signature of."""
    return f"{notice.decision_id}/{notice.user_id}"


def notice_behind(*, key: str, decision_id: UUID) -> Notice:
    """Return what the key of a letter lets its reader see. It is not noted as seen by that.

    Raises NoSuchDecision for a key of another letter, one that has ended, or no key at all.
    """
    told = Notice.objects.filter(sent_at__isnull=False, user__closed_at=None)
    notice = told.with_details().select_related("user").filter(decision=decision_id).first()
    if notice is None or not opens(key, notice) or has_ended(notice):
        raise NoSuchDecision(
            f"The link of a letter works for {APPEAL_WINDOW.days} days, or until you have objected "
            "by it. Sign in to read what was decided."
        )
    return notice


def opens(key: str, notice: Notice) -> bool:
    """Say whether a key is that of a notice."""
    try:
        SIGNER.unsign(f"{signed(notice)}{SIGNER.sep}{key}")
    except BadSignature:
        return False
    return True


def has_ended(notice: Notice) -> bool:
    """Say whether the key of a notice opens nothing any more."""
    decision = notice.decision
    return hasattr(decision, "appeal") or timezone.now() > decision.at + APPEAL_WINDOW


def see_all(*, user: User) -> int:
    """Note all that a person has been told as seen, and return how much that was."""
    return Notice.objects.to(user).unseen().update(seen_at=Now())


def still_public(reports: Iterable[Report]) -> set[UUID]:
    """Return which of the pictures that these reports are about everybody sees."""
    about = {one.about for one in reports}
    return set(Publication.objects.public().filter(pk__in=about).values_list("pk", flat=True))

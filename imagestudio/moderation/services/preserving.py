"""Preservation: what is quarantined for legal reasons is kept for a year, whoever removes it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from imagestudio.accounts.models import User
from imagestudio.library.models import Derivation, Image, Publication
from imagestudio.moderation.exceptions import HoldInvalid, NoSuchHold
from imagestudio.moderation.models import Case, Decision, LegalHold
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank, Reason
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.cases import words_of

KEPT = timedelta(days=365)  # 18 U.S.C. § 2258A (h)
LONGEST = timedelta(days=3650)  # from now, to which a hold can be extended
LONGEST_REFERENCE = 200  # characters


def settle_hold(case: Case, decision: Decision) -> None:
    """Begin to keep what a decision quarantines; let go of what it shows again.

    What an authority was told of stays as long as it was to stay. To be called in the transaction
    of the decision, with its case and picture locked.
    """
    image = case.image
    if image is None or not decision.moderation:
        return
    held = LegalHold.objects.filter(image=image, released_at=None)
    if decision.moderation != Image.Moderation.QUARANTINED_LEGAL:
        for hold in held.filter(reference=""):
            _release(hold, user=decision.actor, text="It is not quarantined any more.")
        return
    if not held.filter(until__lt=timezone.now() + KEPT).update(until=Now() + KEPT):
        made = LegalHold(
            case=case,
            image=image,
            account=case.account,
            reason=decision.reason or Reason.OTHER,
            rows=rows_of(image),
            made_by=decision.actor,
            until=timezone.now() + KEPT,
        )
        LegalHold.objects.bulk_create([made], ignore_conflicts=True)
        note(Verb.PRESERVED, actor=decision.actor, case=case, until=made.until.isoformat())


def rows_of(image: Image) -> dict[str, Any]:
    """Return what is known of a picture and of whose it is, as it is kept."""
    file, maker, account = image.file, image.created_by, image.account
    public = Publication.objects.filter(pk=image.pk).defer("search").first()
    sources = Derivation.objects.filter(child=image).order_by("position")
    return {
        "image": {
            "id": str(image.pk),
            "added_at": image.added_at.isoformat(),
            "origin": image.origin,
            "title": image.title,
            "prompt": image.prompt,
            "model": image.model,
            "quality": image.quality,
            "size": image.size,
            "visibility": image.visibility,
            "made_from": [str(one.parent_id) for one in sources],
        },
        "file": {
            "sha256": bytes(file.sha256).hex() if file else "",
            "received_sha256": bytes(file.received_sha256).hex() if file else "",
            "mime": file.mime if file else "",
            "bytes": file.bytes if file else 0,
            "stored_at": file.stored_at.isoformat() if file else "",
        },
        "maker": {
            "id": str(maker.pk),
            "name": maker.name,
            "email": maker.email,
            "joined_at": maker.joined_at.isoformat(),
        },
        "account": {"id": str(account.pk), "slug": account.slug, "name": account.name},
        "publication": public
        and {
            "title": public.title,
            "prompt": public.prompt,
            "name": public.name,
            "published_at": public.published_at.isoformat() if public.published_at else None,
        },
    }


def holds_of(moderator: User) -> QuerySet[LegalHold]:
    """Return the holds that somebody may know of: none about pictures of their own."""
    holds = LegalHold.objects.select_related("case", "image", "account", "made_by", "released_by")
    return holds.exclude(image__created_by=moderator)


def hold_of(moderator: User, hold_id: UUID) -> LegalHold:
    """Return a hold. Raises RankTooLow, NoSuchHold."""
    require_rank(Rank.SENIOR_MODERATOR, moderator)
    found = holds_of(moderator).filter(pk=hold_id).first()
    if found is None:
        raise NoSuchHold("There is no such hold.")
    return found


@transaction.atomic
def note_reference(*, moderator: User, hold_id: UUID, reference: str) -> LegalHold:
    """Return a hold with the number of the report that an authority was sent.

    Raises RankTooLow, NoSuchHold (also for one that was released), HoldInvalid.
    """
    number = words_of(reference, most=LONGEST_REFERENCE, error=HoldInvalid)
    hold = _locked(moderator, hold_id, Rank.SENIOR_MODERATOR)
    hold.reference = number
    hold.save(update_fields=["reference"])
    note(Verb.PRESERVED, actor=moderator, case=hold.case, text=f"Reported as {number}")
    return hold


@transaction.atomic
def extend_hold(*, operator: User, hold_id: UUID, until: datetime, text: str) -> LegalHold:
    """Return a hold that ends later, for a reason that the log keeps.

    Raises RankTooLow, NoSuchHold (also for one that was released), HoldInvalid.
    """
    words = words_of(text, error=HoldInvalid)
    hold = _locked(operator, hold_id, Rank.OPERATOR)
    if not max(hold.until, timezone.now()) < until <= timezone.now() + LONGEST:
        raise HoldInvalid("It can only end later, within ten years.")
    hold.until = until
    hold.save(update_fields=["until"])
    note(Verb.PRESERVED, actor=operator, case=hold.case, text=words, until=until.isoformat())
    return hold


@transaction.atomic
def release_hold(*, operator: User, hold_id: UUID, text: str) -> LegalHold:
    """Return a hold that keeps nothing any more, for a reason that the log keeps.

    The picture stays as it was decided. Raises as `extend_hold`.
    """
    words = words_of(text, error=HoldInvalid)
    hold = _locked(operator, hold_id, Rank.OPERATOR)
    return _release(hold, user=operator, text=words)


def _locked(moderator: User, hold_id: UUID, rank: Rank) -> LegalHold:
    """Return a hold that was not released, locked after its case."""
    require_rank(rank, moderator)
    found = holds_of(moderator).filter(pk=hold_id, released_at=None).first()
    if found is not None:
        Case.objects.select_for_update(no_key=True).get(pk=found.case_id)
        rows = LegalHold.objects.select_for_update(no_key=True, of=("self",))
        found = rows.select_related("case").filter(pk=hold_id, released_at=None).first()
    if found is None:
        raise NoSuchHold("There is no such hold, or it was released.")
    return found


def _release(hold: LegalHold, *, user: User | None, text: str) -> LegalHold:
    LegalHold.objects.filter(pk=hold.pk, released_at=None).update(
        released_at=Now(), released_by=user, rows={}
    )
    note(Verb.PRESERVED, actor=user, case=hold.case, text=text, released=True)
    hold.refresh_from_db()
    return hold

"""Screening: what is thought of a request's words before anything is made of them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from imagestudio.accounts.models import Account, User
from imagestudio.moderation.models import Case, Screening

KEPT = timedelta(days=30)
# What a rule spoke up about: a case about it may be opened until then, and keeps it for good.
KEPT_FOR_CASES = timedelta(days=180)
SLICE = 1_000  # screenings of one transaction


def screen(*, account: Account, user: User, text: str) -> Screening:
    """Return the screening of a prompt. With no rules in force, every verdict is `allow`."""
    return Screening.objects.create(
        account=account, user=user, text=text, verdict=Screening.Verdict.ALLOW
    )


def forget_screenings() -> int:
    """Remove the screenings that are no longer kept, in slices; return how many those were.

    Those that a case is about stay. Generations stay, and name none any more.
    """
    now, removed = timezone.now(), 0
    # Keys are in the order of time, so that their index leads to the oldest rows.
    is_old = Q(id__lt=first_key(now - KEPT_FOR_CASES))
    is_old |= Q(id__lt=first_key(now - KEPT), verdict=Screening.Verdict.ALLOW)
    needed = Exists(Case.objects.filter(screening=OuterRef("pk")))
    old = Screening.objects.filter(is_old, ~needed, id__lt=first_key(now - KEPT)).order_by("id")
    while ids := list(old.values_list("pk", flat=True)[:SLICE]):
        with transaction.atomic():
            Screening.objects.filter(pk__in=ids).delete()
        removed += len(ids)
    return removed


def first_key(at: datetime) -> UUID:
    """Return the key below which every UUIDv7 from before a moment lies."""
    return UUID(int=int(at.timestamp() * 1000) << 80)

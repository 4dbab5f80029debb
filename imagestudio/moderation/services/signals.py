"""Signals: what safety systems said to a person's requests. They order cases, and slow down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Now, TruncHour
from django.utils import timezone

from imagestudio.accounts.models import Account, User
from imagestudio.moderation.exceptions import CoolingDown
from imagestudio.moderation.models import Signal

HOUR = timedelta(hours=1)
KEPT = timedelta(days=30)
SHOWN = timedelta(days=7)  # on the page of a case
MOST_SHOWN = 24  # lines
WEIGHED = timedelta(days=1)  # of which signals count for the order of cases
MOST_WEIGHT = 20
SLICE = 1_000  # signals of one transaction


def record_signal(
    *, user: User, account: Account, kind: Signal.Kind, at: datetime | None = None
) -> Signal:
    """Return a new signal about a person; `at` is now by the database's clock unless it is given.

    To be called in the transaction of what it tells of. It decides nothing.
    """
    return Signal.objects.create(user=user, account=account, kind=kind, at=at or Now())


def cooling_until(user: User) -> datetime | None:
    """Return when a person may make pictures again, of whom too many were refused in an hour."""
    most = settings.REFUSALS_PER_HOUR
    if not most:
        return None
    lately = Signal.objects.about(user).refusals().filter(at__gt=Now() - HOUR)
    found = list(lately.order_by("-at").values_list("at", flat=True)[most - 1 : most])
    return found[0] + HOUR if found else None


def require_calm(user: User) -> None:
    """Do nothing unless a person has to wait. Raises CoolingDown with the seconds."""
    until = cooling_until(user)
    if until is None:
        return
    left = max((until - timezone.now()).total_seconds(), 1)
    minutes = -(-left // 60)
    raise CoolingDown(
        "Safety systems have refused many of your requests within an hour. You can make pictures "
        f"again in {minutes:.0f} minute{'s' if minutes > 1 else ''}.",
        retry_after=left,
    )


def weight_of(user: User) -> int:
    """Return by how much a new case about something of this person comes before others."""
    lately = Signal.objects.about(user).filter(at__gt=Now() - WEIGHED)
    return len(lately.values_list("pk")[:MOST_WEIGHT])


@dataclass(frozen=True, slots=True)
class Hour:
    """How many signals of a kind there were about a person in one hour and account."""

    began_at: datetime
    kind: Signal.Kind
    account: str  # its name
    count: int


def hours_of(user: User) -> Sequence[Hour]:
    """Return the signals about a person by hour, kind and account, newest first."""
    lately = Signal.objects.about(user).filter(at__gt=Now() - SHOWN)
    hours = lately.annotate(hour=TruncHour("at", tzinfo=UTC)).values_list(
        "hour", "kind", "account__name"
    )
    counted = hours.annotate(n=Count("pk")).order_by("-hour", "kind", "account__name")
    return [
        Hour(hour, Signal.Kind(kind), account, count)
        for hour, kind, account, count in counted[:MOST_SHOWN]
    ]


def forget_signals() -> int:
    """Remove the signals that are no longer kept, in slices; return how many those were."""
    old, removed = Signal.objects.filter(at__lt=Now() - KEPT).order_by("at"), 0
    while keys := list(old.values_list("pk", flat=True)[:SLICE]):
        Signal.objects.filter(pk__in=keys).delete()
        removed += len(keys)
    return removed

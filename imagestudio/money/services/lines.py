"""The two lines of a limit: a warning at four fifths, and the end.

Each is told once in a period, and again only after the limit was raised. Whoever moves money
notes in the same transaction that a line was passed, and enqueues the job that records the event:
the event stream's lock is the last one of a transaction, and money comes long before it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from imagestudio.events.services import Happening, record
from imagestudio.jobs import enqueue
from imagestudio.money.exceptions import BudgetExceeded
from imagestudio.money.models import BudgetPeriod
from imagestudio.money.services.periods import period_of_ids

ANNOUNCE = "money.announce"
NEARLY = 80  # percent of the limit, spent or held


class Line(StrEnum):
    """What is told of a period."""

    WARNING = "warning"
    EXHAUSTED = "exhausted"


def line_of(*, limit: int | None, used: int) -> Line | None:
    """Return the line that so much of a limit has passed; both in micro-dollars."""
    if limit is None or used * 100 < limit * NEARLY:
        return None
    return Line.WARNING if used < limit else Line.EXHAUSTED


def watch(*period_ids: UUID) -> None:
    """Note the lines that these periods have passed, whose rows the present transaction moved."""
    used = F("held") + F("settled")
    passed = (
        BudgetPeriod.objects.filter(Q(warned_at=None) | Q(exhausted_at=None), pk__in=period_ids)
        .annotate(beyond=used * 100 - F("limit") * NEARLY)
        .filter(beyond__gte=0)
    )
    for period in passed.in_order_of_locks():
        line = line_of(limit=period.limit, used=period.held + period.settled)
        if line is not None:
            note(BudgetPeriod.objects.filter(pk=period.pk), line)


def note(periods: QuerySet[BudgetPeriod], line: Line) -> None:
    """Mark one period as past a line, unless it is marked already, and have it announced."""
    if line is Line.EXHAUSTED:
        new = periods.filter(exhausted_at=None)
        marked = new.update(exhausted_at=Now(), warned_at=Coalesce(F("warned_at"), Now()))
    else:
        marked = periods.filter(warned_at=None).update(warned_at=Now())
    if marked:
        enqueue(ANNOUNCE, period_id=str(periods.get().pk), line=line.value)


@transaction.atomic
def announce(*, period_id: UUID, line: Line) -> None:
    """Record the event about a line that a period has passed."""
    period = BudgetPeriod.objects.get(pk=period_id)
    member = str(period.member_id) if period.member_id else None
    data = {"period": str(period.pk), "month": period.month.isoformat(), "member": member}
    record(Happening(period.account_id, f"budget.{line.value}", data))


@contextmanager
def refusals_noted() -> Iterator[None]:
    """Count a refused hold as the end of its budget, though its own transaction is rolled back.

    It is the end when not even one such hold fits into what is left: whoever asked for sixteen
    pictures at once and could have had three has not used the budget up.
    """
    try:
        yield
    except BudgetExceeded as error:
        note_refusal(error)
        raise


@transaction.atomic
def note_refusal(error: BudgetExceeded) -> None:
    """Mark the period that refused a hold as used up, if such a hold cannot fit into it."""
    if error.account_id is None:
        return
    period = period_of_ids(account_id=error.account_id, member_id=error.member_id)
    full = Q(limit__lt=F("settled") + F("held") + error.needed)
    note(BudgetPeriod.objects.filter(full, pk=period.pk), Line.EXHAUSTED)

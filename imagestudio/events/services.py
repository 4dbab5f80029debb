"""Recording what happened: the row, its consumers' jobs and the wake-up, in one transaction."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from imagestudio.accounts.models import Account
from imagestudio.accounts.services.closing import Fate
from imagestudio.events.models import Event
from imagestudio.jobs import enqueue

CHANNEL = "events"  # of LISTEN and NOTIFY; the payload is "<account id> <seq>"
KEPT = timedelta(days=7)

JSON = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that is about to be recorded."""

    account_id: UUID
    type: str
    data: Mapping[str, JSON] = field(default_factory=dict)


def record(*happenings: Happening) -> None:
    """Write these events as the last statements of the present transaction.

    Numbers are taken under a row lock per account, in the order of the accounts' ids, so that
    two transactions can never wait for each other.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An event is recorded in the transaction of what happened.")
    for happening in happenings:
        tell_consumers(happening)
    by_account: dict[UUID, list[Happening]] = {}
    for happening in happenings:
        by_account.setdefault(happening.account_id, []).append(happening)
    with connection.cursor() as cursor:
        for account_id in sorted(by_account):
            last = number(account_id, by_account[account_id])
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{account_id} {last}"])


def number(account_id: UUID, happenings: Sequence[Happening]) -> int:
    """Write one account's events with the next numbers and return the last of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_stream (account_id, last) VALUES (%s, %s) "
            "ON CONFLICT (account_id) DO UPDATE SET last = events_stream.last + EXCLUDED.last "
            "RETURNING last",
            [account_id, len(happenings)],
        )
        last: int = cursor.fetchone()[0]
    first = last - len(happenings) + 1
    Event.objects.bulk_create(
        Event(account_id=account_id, seq=first + index, type=one.type, data=dict(one.data))
        for index, one in enumerate(happenings)
    )
    return last


def tell_consumers(happening: Happening) -> None:
    """Enqueue one job for each task that wants to know of this type of event."""
    consumers: Mapping[str, Sequence[str]] = import_string(settings.EVENT_CONSUMERS)
    for task in consumers.get(happening.type, ()):
        enqueue(
            task,
            account_id=str(happening.account_id),
            type=happening.type,
            data=json.dumps(dict(happening.data)),
        )


@transaction.atomic
def forget_old_events() -> int:
    """Remove events older than a week and return how many there were."""
    return Event.objects.filter(at__lt=Now() - KEPT).delete()[0]


def fates(account: Account) -> Iterator[Fate]:
    """Yield what becomes of the events of an account that is closed."""
    count = Event.objects.owned_by(account).count()
    yield Fate("Events", count, "told to nobody any more; forgotten within a week, as always")

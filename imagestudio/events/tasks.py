"""Jobs of events: recording what happened in apps that lie below the outbox."""

import json
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from imagestudio.accounts.services.happenings import NOTE
from imagestudio.events.services import Happening, record
from imagestudio.jobs import queue_of


@app.task(name=NOTE, queue=queue_of(NOTE))
def note(*, account_id: str, type: str, data: str) -> None:  # noqa: A002 - the event's own name
    """Record one event."""
    with transaction.atomic():
        record(Happening(UUID(account_id), type, json.loads(data)))

"""Jobs of money: telling that a limit's line was passed, and writing to those it concerns."""

import json
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from imagestudio.jobs import queue_of
from imagestudio.money import mail
from imagestudio.money.services.lines import ANNOUNCE, Line
from imagestudio.money.services.lines import announce as do_announce


@app.task(name=ANNOUNCE, queue=queue_of(ANNOUNCE))
def announce(*, period_id: str, line: str) -> None:
    """Record the event about a line that a period has passed."""
    do_announce(period_id=UUID(period_id), line=Line(line))


@app.task(
    name="money.mail",
    queue=queue_of("money.mail"),
    retry=RetryStrategy(max_attempts=5, exponential_wait=5),
)
def write(*, type: str, data: str, **_event: str) -> None:  # noqa: A002 - the event's own name
    """Write to the people whom an event about a budget concerns."""
    mail.send(event=type, data=json.loads(data))

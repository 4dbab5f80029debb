"""The weather ends: workers run until nothing is left to do."""

import signal
import time
from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Now
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.models import OPEN_STATES, Attempt, Generation
from tests.crash.history.weather import DEAD, HEARTBEAT, Weather

PATIENCE = 180.0  # seconds
HOUR = timedelta(hours=1)
DOUBT = Q(state__in=[Attempt.State.UNKNOWN, Attempt.State.WRITTEN_OFF])


def settle(weather: Weather) -> bool:
    """Bring all that goes on to its end; say whether that took less than three minutes."""
    weather.emulator.clear_faults()
    weather.emulator.set_fault("sketch")
    for worker in weather.forge.made:
        worker.signal(signal.SIGCONT)
        worker.signal(signal.SIGTERM)
    order = {"hasty": True, "slots": weather.slots, "heartbeat": HEARTBEAT, "dead": DEAD}
    workers = [weather.forge.fork(**order) for _ in range(2)]
    until = time.monotonic() + PATIENCE
    while left():
        if time.monotonic() > until:
            return False
        if all(call["answered_at"] for call in weather.emulator.charges()):
            let_an_hour_pass()
        time.sleep(0.2)
    for worker in workers:
        worker.signal(signal.SIGTERM)
    return all(process.wait() is not None for process in weather.forge.made)


def left() -> int:
    """Return how much there is still to do: open wishes, jobs, and doubts of which the log knows.

    What the log has told the cost of, and has no picture for, waits for a person.
    """
    jobs = ProcrastinateJob.objects.filter(
        status__in=["todo", "doing"], queue_name__in=["upstream", "imaging"]
    )
    looks = Attempt.objects.filter(look_at__isnull=False)
    looks = looks.exclude(DOUBT, logged_cost__isnull=False).exclude(state=Attempt.State.NOT_BILLED)
    generations = Generation.objects.filter(state__in=OPEN_STATES)
    jobs = jobs.exclude(task_name="generations.reconcile")
    return generations.count() + jobs.count() + looks.count()


def let_an_hour_pass() -> None:
    """Let calls in doubt be an hour old, so that the log's silence proves something."""
    attempts = Attempt.objects.filter(look_at__isnull=False, deadline_at__gt=Now() - HOUR)
    attempts.exclude(state=Attempt.State.SENT).update(
        look_at=Now(), sent_at=F("sent_at") - HOUR, deadline_at=F("deadline_at") - HOUR
    )

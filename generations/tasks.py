"""Jobs of generations: the paid call, and what the clock does."""

import logging
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from procrastinate import JobContext
from procrastinate.contrib.django import app

from generations.execution import Upstream, execute, reconcile_all
from generations.execution import inspect as do_inspect
from generations.services.alarms import tell
from generations.services.sweep import sweep as do_sweep
from imagestudio.accounts.services.idempotency import forget_old_keys
from imagestudio.events.services import forget_old_events
from imagestudio.jobs import queue_of
from imagestudio.jobs.worker import rescue as do_rescue

logger = logging.getLogger(__name__)

NEVER_AGAIN = frozenset({"generations.run"})


@app.task(name="generations.run", queue=queue_of("generations.run"), pass_context=True)
async def run(context: JobContext, *, generation_id: str) -> None:
    """Run one admitted generation. Never repeated by the queue: its attempt decides."""
    upstream: Upstream = context.additional_context["upstream"]
    upstream.worker = context.job.worker_id
    await execute(upstream, generation_id=UUID(generation_id))


@app.task(name="generations.reconcile", queue=queue_of("generations.reconcile"), pass_context=True)
async def reconcile(context: JobContext, *, attempt_ids: list[str]) -> None:
    """Ask the gateway's log about calls: what became of them, and what they cost."""
    await reconcile_all(
        context.additional_context["upstream"], attempt_ids=[UUID(one) for one in attempt_ids]
    )


@app.task(name="generations.tell_operators", queue=queue_of("generations.tell_operators"))
def tell_operators(*, alarm_id: str) -> None:
    """Write to the operators about something that only they can mend."""
    tell(alarm_id=UUID(alarm_id))


@app.periodic(cron="23 4 * * *")
@app.task(
    name="generations.inspect",
    queue=queue_of("generations.inspect"),
    queueing_lock="generations.inspect",
    pass_context=True,
)
async def inspect(context: JobContext, timestamp: int) -> None:
    """Look once a day, and whenever a worker starts, at what the gateway is set to."""
    _ = timestamp
    await do_inspect(context.additional_context["upstream"])


@app.periodic(cron="* * * * * */10")  # the sixth field is of seconds
@app.task(
    name="generations.sweep", queue=queue_of("generations.sweep"), queueing_lock="generations.sweep"
)
def sweep(timestamp: int) -> None:
    """Take care of lapsed claims, lost calls, looks into the log and free slots, every 10 s."""
    _ = timestamp
    do_sweep()


@app.periodic(cron="* * * * *")
@app.task(
    name="generations.rescue",
    queue=queue_of("generations.rescue"),
    queueing_lock="generations.rescue",
    pass_context=True,
)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Take care of the jobs of workers that died, every minute."""
    _ = timestamp
    await do_rescue(context.app, never_again=NEVER_AGAIN)


@app.periodic(cron="17 * * * *")
@app.task(
    name="generations.forget",
    queue=queue_of("generations.forget"),
    queueing_lock="generations.forget",
)
def forget(timestamp: int) -> None:
    """Remove what is kept only for a while: events, idempotency keys, expired sessions."""
    _ = timestamp
    forget_old_events()
    forget_old_keys()
    SessionStore.clear_expired()

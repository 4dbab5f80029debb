"""Jobs of generations: the paid call, and what the clock does."""

import logging
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from procrastinate import JobContext
from procrastinate.contrib.django import app

from generations.execution import Upstream, execute
from generations.execution import recover as do_recover
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


@app.task(name="generations.recover", queue=queue_of("generations.recover"), pass_context=True)
async def recover(context: JobContext, *, attempt_id: str) -> None:
    """Bring home the picture of a call whose worker died after it was answered."""
    reason = await do_recover(context.additional_context["upstream"], attempt_id=UUID(attempt_id))
    if reason:
        logger.warning("The picture of attempt %s is not back: %s", attempt_id, reason)


@app.periodic(cron="* * * * * */10")  # the sixth field is of seconds
@app.task(
    name="generations.sweep", queue=queue_of("generations.sweep"), queueing_lock="generations.sweep"
)
def sweep(timestamp: int) -> None:
    """Take care of lapsed claims, lost calls and free slots, every ten seconds."""
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

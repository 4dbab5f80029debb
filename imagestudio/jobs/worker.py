"""A worker that is not mistaken for dead: not while it drains, not while the database restarts.

Procrastinate's own stops its heartbeat as soon as it is asked to stop and only then waits for
its jobs, so that a sweeper would take a call in progress for lost; and it stops for good when one
heartbeat fails. Both are mended here.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.utils.module_loading import autodiscover_modules
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.db_cleanup import with_db_cleanup
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.worker import Worker

logger = logging.getLogger(__name__)

POLLING = 1.0  # seconds between two looks for jobs whose time has come: nobody tells of those
HEARTBEAT = 10.0  # seconds between two signs of life
DEAD = 45.0  # seconds without one after which a worker's jobs are looked at
# A starting worker removes the rows of others that are silent for longer; far more than any
# call takes, because removing a row makes the jobs of its worker look lost at once.
PRUNED = 3600.0
MOST_TRIES = 2  # of a job whose worker died: a third worker must not die of it too
HEARTBEATS = "update_heartbeats"  # Procrastinate's name for the side task
AT_ONCE = datetime.fromtimestamp(0, UTC)  # in the past by any clock


class DatabasePeriodicDeferrer(PeriodicDeferrer):
    """Enqueues what the clock asks for, by the database's clock.

    Procrastinate's own asks the worker's: where that jumps back an hour, nothing is swept for an
    hour.
    """

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(registry=app.periodic_registry, **options)
        self.app = app

    async def worker(self) -> None:
        """Enqueue what is due, for ever."""
        while True:
            row = await self.app.connector.execute_query_one_async(
                "SELECT extract(epoch FROM now())::float8 AS now"
            )
            now: float = row["now"]
            await self.defer_jobs(jobs_to_defer=self.get_previous_tasks(at=now))
            await self.wait(next_tick=self.get_next_tick(at=now))


class DrainingWorker(Worker):
    """Keeps its heartbeat until its last job has ended, and through an absence of the database.

    `on_stop` is called when it takes no job any more, and before it waits for those at work.
    """

    on_stop: Callable[[], None] | None = None

    async def _periodic_deferrer(self) -> None:
        await DatabasePeriodicDeferrer(self.app, **self.app.periodic_defaults).worker()

    async def _update_heartbeat(self) -> None:
        while True:
            await asyncio.sleep(self.update_heartbeat_interval)
            if self.worker_id is None:  # it has just said goodbye
                return
            try:
                await self.app.job_manager.update_heartbeat(self.worker_id)
            except ConnectorException as error:
                logger.warning("No heartbeat could be written: %s", error)

    async def _shutdown(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        if self.on_stop is not None:
            self.on_stop()
        heartbeats = [task for task in side_tasks if task.get_name() == HEARTBEATS]
        try:
            await super()._shutdown([task for task in side_tasks if task not in heartbeats])
        finally:
            for task in heartbeats:
                task.cancel()
            await asyncio.gather(*heartbeats, return_exceptions=True)


def worker_app() -> App:
    """Return an app for a worker: the same tasks, with an asynchronous connection of its own.

    `django_app` is left alone, so that a job enqueued inside a job still shares the transaction
    of the rows around it.
    """
    autodiscover_modules("tasks")
    return django_app.with_connector(DjangoConnector().get_worker_connector())


def build_worker(app: App, *, concurrency: int, **options: Any) -> DrainingWorker:
    """Return a worker of all queues that runs so many jobs at once."""
    return DrainingWorker(
        app=app,
        concurrency=concurrency,
        delete_jobs="successful",
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=PRUNED,
        task_middleware=with_db_cleanup(None)["task_middleware"],
        **{"fetch_job_polling_interval": POLLING, **options},
    )


async def rescue(app: App, *, never_again: frozenset[str]) -> int:
    """End or repeat the jobs of workers that died, and return how many those were.

    Tasks in `never_again` are ended: their own rows decide what becomes of them. Others run once
    more, and are given up after that, so that a picture that kills its worker kills only two.
    """
    stalled: list[Job] = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD))
    for job in stalled:
        again = job.task_name not in never_again and job.attempts + 1 < MOST_TRIES
        try:
            await (repeat(app, job) if again else end(app, job))
        except ConnectorException as error:  # somebody else was quicker
            logger.warning("Job %s of a dead worker is left: %s", job.call_string, error)
        else:
            logger.warning("Job %s of a dead worker was taken care of", job.call_string)
    return len(stalled)


async def repeat(app: App, job: Job) -> None:
    """Let a job run once more, unless another that does the same is waiting already."""
    try:
        await app.job_manager.retry_job(job=job, retry_at=AT_ONCE)
    except UniqueViolation:
        await end(app, job)


async def end(app: App, job: Job) -> None:
    """Give a job up."""
    await app.job_manager.finish_job(job=job, status=Status.FAILED, delete_job=False)

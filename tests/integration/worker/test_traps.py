"""Seven ways in which a job queue of this kind is known to lose or repeat work, each shut.

They are numbered as in the notes on Procrastinate that the design rests on: a killed worker, a
drain that looks dead, a newcomer that prunes the living, a pruned worker, no fencing, the poison
pill, and the blocked loop.
"""

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db.models.functions import Now
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from procrastinate.exceptions import ConnectorException

from generations.models import State
from generations.services import attempts, outcomes
from generations.services.sweep import sweep
from generations.tasks import NEVER_AGAIN
from imagestudio.jobs import enqueue
from imagestudio.jobs import worker as jobs_worker
from imagestudio.jobs.worker import build_worker, rescue, worker_app
from imagestudio.library.services import results
from imagestudio.wiring import QUEUES
from tests import pictures
from tests.integration.generations.conftest import alice, media

__all__ = ["alice", "media"]

pytestmark = pytest.mark.usefixtures("rows")


TEST_QUEUES = QUEUES | {"tests.gated": "tests"}


class Gate:
    """A job that runs until it is let go."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.open = asyncio.Event()


@pytest.fixture
def gated(settings):
    """A task whose jobs wait at a gate; the present gate is in the list."""
    gates: list[Gate] = []
    settings.JOB_QUEUES = "tests.integration.worker.test_traps.TEST_QUEUES"

    @django_app.task(name="tests.gated", queue="tests")
    async def wait_at_the_gate() -> None:
        gates[0].entered.set()
        await gates[0].open.wait()

    yield gates
    del django_app.tasks["tests.gated"]


@asynccontextmanager
async def running(**options):
    """A worker at work on the queue of the tests, and its task."""
    app = worker_app()
    async with app.open_async():
        worker = build_worker(
            app, concurrency=2, queues=["tests"], install_signal_handlers=False, **options
        )
        task = asyncio.create_task(worker.run())
        try:
            yield worker, task
        finally:
            worker.stop()
            with suppress(ConnectorException):
                await asyncio.wait_for(task, 10)


def doing(task_name: str, **arguments) -> ProcrastinateJob:
    """A job that a worker took before it was killed an hour ago."""
    enqueue(task_name, **arguments)
    job = ProcrastinateJob.objects.filter(task_name=task_name).latest("id")
    with django_app.connector.connection.cursor() as cursor:
        cursor.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '1 hour') RETURNING id) "
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead "
            "WHERE procrastinate_jobs.id = %s",
            [job.pk],
        )
    return job


def rescued() -> int:
    async def in_a_worker() -> int:
        app = worker_app()
        async with app.open_async():
            return await rescue(app, never_again=NEVER_AGAIN)

    return asyncio.run(in_a_worker())


def test_trap_1_a_killed_workers_job_does_not_stay_at_work_for_ever(alice):
    generation = alice.ask()
    job = doing("generations.run", generation_id=str(generation.pk))

    assert rescued() == 1

    job.refresh_from_db()
    assert job.status == "failed"  # the attempt decides what follows, not the queue


def test_trap_2_a_worker_that_drains_gives_signs_of_life_until_its_last_job(gated, monkeypatch):
    monkeypatch.setattr(jobs_worker, "HEARTBEAT", 0.05)
    enqueue("tests.gated")

    async def drain() -> None:
        gated.append(gate := Gate())
        async with running() as (worker, task):
            await asyncio.wait_for(gate.entered.wait(), 5)
            worker.stop()
            last = await heartbeat(worker.worker_id)
            deadline = time.monotonic() + 5
            try:
                while await heartbeat(worker.worker_id) <= last:
                    assert time.monotonic() < deadline, "no heartbeat while draining"
                    await asyncio.sleep(0.02)
                assert not task.done()
            finally:
                gate.open.set()
            await asyncio.wait_for(task, 5)

    asyncio.run(drain())
    assert not ProcrastinateWorker.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="tests.gated").exists()


@sync_to_async
def heartbeat(worker_id):
    return ProcrastinateWorker.objects.get(pk=worker_id).last_heartbeat


def test_trap_3_a_starting_worker_does_not_prune_one_that_is_silent_for_a_while(gated):
    enqueue("tests.gated")

    async def overlap() -> None:
        gated.append(gate := Gate())
        async with running() as (old, _):
            await asyncio.wait_for(gate.entered.wait(), 5)
            old.stop()
            await sync_to_async(ProcrastinateWorker.objects.filter(pk=old.worker_id).update)(
                last_heartbeat=Now() - timedelta(minutes=10)
            )
            async with running() as (new, _):
                while new.worker_id is None:
                    await asyncio.sleep(0.01)
                assert await sync_to_async(
                    ProcrastinateWorker.objects.filter(pk=old.worker_id).exists
                )()
            gate.open.set()

    asyncio.run(overlap())


def test_trap_4_a_worker_whose_row_is_gone_finishes_its_job_and_ends(gated):
    enqueue("tests.gated")

    async def forgotten() -> None:
        gated.append(gate := Gate())
        async with running(fetch_job_polling_interval=0.05) as (_, task):
            await asyncio.wait_for(gate.entered.wait(), 5)
            await sync_to_async(ProcrastinateWorker.objects.all().delete)()
            await sync_to_async(enqueue)("tests.gated")
            await asyncio.sleep(0.3)
            assert not task.done()  # the job that it has is not dropped
            gate.open.set()
            with pytest.raises(ConnectorException):
                await asyncio.wait_for(task, 5)

    asyncio.run(forgotten())


def test_trap_5_a_worker_that_was_replaced_cannot_end_what_another_runs(alice):
    generation = alice.ask()
    zombie = attempts.claim(generation_id=generation.pk, worker=0)
    sweep()  # worker 0 gives no sign of life
    present = attempts.claim(generation_id=generation.pk, worker=None)
    assert attempts.mark_sent(claim=present)

    assert not outcomes.fail(claim=zombie, error={"code": "credentials"})
    assert not outcomes.lose(claim=zombie, error={"code": "worker_lost"})

    generation.refresh_from_db()
    assert generation.state == State.RUNNING


def test_trap_6_a_job_that_kills_its_workers_is_given_up_after_two(db):
    job = doing("library.render", data="{}", type="image.created", account_id="")

    assert rescued() == 1
    job.refresh_from_db()
    assert job.status == "todo"

    with django_app.connector.connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', "
            "worker_id = (SELECT max(id) FROM procrastinate_workers) WHERE id = %s",
            [job.pk],
        )
    assert rescued() == 1
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_job_whose_like_waits_already_does_not_keep_others_from_being_rescued(db):
    sweeping = django_app.configure_task(
        "generations.sweep", queue="maintenance", queueing_lock="generations.sweep"
    )
    dead = doing("generations.sweep", timestamp=1)
    ProcrastinateJob.objects.filter(pk=dead.pk).update(queueing_lock="generations.sweep")
    sweeping.defer(timestamp=2)
    other = doing("library.render", data="{}", type="image.created", account_id="")

    assert rescued() == 2

    assert [job_status(dead), job_status(other)] == ["failed", "todo"]


def job_status(job: ProcrastinateJob) -> str:
    return ProcrastinateJob.objects.get(pk=job.pk).status


def test_trap_7_a_large_picture_does_not_stop_the_loop(tmp_path):
    large = pictures.png(width=7000, height=5000)

    async def verify_while_ticking() -> float:
        results.keep_bytes(key="attempts/large/0", data=large)
        work = asyncio.create_task(
            asyncio.to_thread(results.verify, key="attempts/large/0", data=large)
        )
        longest, before = 0.0, time.monotonic()
        while not work.done():
            await asyncio.sleep(0.01)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
        await work
        return longest

    assert asyncio.run(verify_while_ticking()) < 0.5  # seconds; decoding alone takes longer

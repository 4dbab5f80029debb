"""The worker: makes the paid calls, makes renditions, and does what the clock asks for."""

import asyncio
import contextlib
import gc
import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from generations.execution import configured_upstream, inspect
from imagestudio.jobs.worker import build_worker, worker_app

IN_FLIGHT = "IN_FLIGHT_FD"  # set by the supervisor
BESIDES = 8  # jobs at once beside the calls: renditions, upkeep


def tell_supervisor(in_flight: int) -> None:
    """Write the number of paid calls in flight, a line each time, to the pipe of a supervisor."""
    pipe = os.environ.get(IN_FLIGHT)
    if pipe:
        with contextlib.suppress(OSError):  # a full pipe or a supervisor that is gone
            os.write(int(pipe), f"{in_flight}\n".encode())


class Command(BaseCommand):
    requires_system_checks = ()  # they were made when the studio was prepared
    help = "Run a worker until it is told to stop; it finishes its paid calls first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-idle", action="store_true", help="stop when there is nothing left to do"
        )

    def handle(self, *_args: str, **options: Any) -> None:
        gc.freeze()  # what was imported stays: see `manage.py`
        gc.enable()
        asyncio.run(work(until_idle=options["until_idle"]))


async def work(*, until_idle: bool) -> None:
    """Run jobs of every queue until SIGTERM or SIGINT, then finish those that run."""
    upstream = configured_upstream(report=tell_supervisor)
    app = worker_app()
    try:
        async with app.open_async():
            worker = build_worker(
                app,
                concurrency=settings.GATEWAY_SLOTS + BESIDES,
                wait=not until_idle,
                additional_context={"upstream": upstream},
            )
            if not until_idle:
                worker.on_stop = upstream.stop
            looking = asyncio.create_task(inspect(upstream))
            await worker.run()  # type: ignore[no-untyped-call] # Procrastinate left it bare
            await looking
    finally:
        await upstream.aclose()

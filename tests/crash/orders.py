"""What a forked process is told to be: a worker or a request, hurried, doomed or out of time."""

import dataclasses
import datetime as dt
import errno
import os
import signal
import time
from base64 import b64decode
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import attr
import dj_database_url
import django.utils.timezone
import procrastinate.utils
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from procrastinate.contrib.django import app as django_app

from generations.execution import reconciliation, upstream
from generations.gateway import Timeouts
from generations.management.commands import worker as worker_command
from generations.services import attempts, circuits, looks, outcomes, resends, sweep
from imagestudio.jobs import worker as jobs_worker
from imagestudio.library.imaging.child import Child
from tests.crash.points import POINTS, fail_at, hold_at, kill_at, wrap

WRITE = "imagestudio.library.storage.files._write_synced"
INTRODUCTION = "This is worker "
CALL = "generations.gateway.client.Gateway.run"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Order:
    """One process. Paths are texts, because an order travels as JSON.

    log           where it writes what it has to say
    database      the address of another one than the tests'
    point         a name in POINTS, at which it dies
    gate          a file for which every answered call waits
    storage_away  how many writes fail for want of space
    deadly        the base64 of bytes that kill whoever decodes them
    clock         seconds by which its clock jumps at SIGUSR1
    heartbeat     seconds between two signs of life
    dead          seconds without one after which a worker is dead
    slots         calls in flight, by all workers; 0 for as many as the settings say
    hasty         ask the gateway's log every second
    until_idle    end when nothing is left to do
    post          path, body and headers of the one request that it makes instead of being a worker
    """

    log: str
    database: str = ""
    point: str = ""
    gate: str = ""
    storage_away: int = 0
    deadly: str = ""
    clock: float = 0
    heartbeat: float = jobs_worker.HEARTBEAT
    dead: float = jobs_worker.DEAD
    slots: int = 0
    hasty: bool = False
    until_idle: bool = False
    post: dict[str, Any] | None = None


def carry_out(order: Order) -> None:
    """Be what an order says, in this process and to its end."""
    hurry(order)
    if order.database:
        connections.settings["default"].update(dj_database_url.parse(order.database))
    if order.slots:
        settings.GATEWAY_SLOTS = order.slots
    if order.clock:
        let_clock_jump(order.clock)
    if order.point:
        kill_at(POINTS[order.point])
    if order.gate:
        hold_at(CALL, Path(order.gate))
    if order.storage_away:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fail_at(WRITE, times=order.storage_away, error=full)
    if order.deadly:
        make_deadly(b64decode(order.deadly))
    if order.post:
        ask(**order.post)
    else:
        wrap("procrastinate.manager.JobManager.register_worker", introducing_itself)
        call_command(worker_command.Command(), until_idle=order.until_idle)


def hurry(order: Order) -> None:
    """Shorten what a test would only wait for: timeouts, pauses, signs of life, the clock's deeds.

    What is money, order or state stays as it is.
    """
    quick = Timeouts(connect=2, write=2, read=2, total=3)
    upstream.Gateway = partial(upstream.Gateway, timeouts=quick)
    upstream.Egress = partial(upstream.Egress, pauses=(0.05, 0.1))
    upstream.Upstream = partial(upstream.Upstream, fetch_seconds=2)
    upstream.LONGEST_PAUSE = 0.5
    resends.LONGEST_PAUSE = 0.2
    jobs_worker.HEARTBEAT = order.heartbeat
    jobs_worker.DEAD = order.dead
    jobs_worker.POLLING = 0.2
    sweep.WORKER_DEAD = timedelta(seconds=order.dead)
    if order.hasty:
        attempts.CALL = timedelta(seconds=7)  # more than call and fetch together
        outcomes.COST_AFTER = outcomes.DOUBT_AFTER = timedelta(seconds=0.2)
        looks.PAUSES, looks.LONGEST_PAUSE = (), timedelta(seconds=1)
        looks.LOG_DELAY = timedelta(seconds=2)  # and more than the emulator's log takes
        reconciliation.REST = 0.5
        circuits.SHORTEST_PAUSE = circuits.LONGEST_PAUSE = 1
    tasks = django_app.periodic_registry.periodic_tasks
    for name in ("generations.sweep", "generations.rescue"):
        tasks[name, ""] = attr.evolve(tasks[name, ""], cron="* * * * * *")


def let_clock_jump(seconds: float) -> None:
    """Let this process's clock jump by so many seconds when it is sent SIGUSR1.

    As on a machine whose clock is set: `time.time`, and what Python's libraries make of it.
    """
    wrong = 0.0
    true_time, true_datetime = time.time, dt.datetime

    def jump(_number: int, _frame: Any) -> None:
        nonlocal wrong
        wrong = seconds

    class Astray(true_datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return true_datetime.now(tz) + timedelta(seconds=wrong)

    signal.signal(signal.SIGUSR1, jump)
    time.time = lambda: true_time() + wrong
    astray = ModuleType("datetime")
    vars(astray).update(vars(dt))
    astray.datetime = Astray
    procrastinate.utils.datetime = astray
    django.utils.timezone.datetime = Astray


def introducing_itself(register: Any) -> Any:
    """Have a worker write down the number by which the rows know it."""

    async def registered(*args: Any, **kwargs: Any) -> Any:
        number = await register(*args, **kwargs)
        print(f"{INTRODUCTION}{number}", flush=True)  # noqa: T201 - into its log
        return number

    return registered


def make_deadly(picture: bytes) -> None:
    """Have the system kill any child that is given this picture, as it does when memory ends."""

    def around(original: Any) -> Any:
        def send(child: Child, request: dict[str, Any], source: Any) -> None:
            if source == picture:
                child._process.kill()
            original(child, request, source)

        return send

    wrap("imagestudio.library.imaging.child.Child._send", around)


def ask(path: str, body: Any, headers: dict[str, str]) -> None:
    """Make one request of the API as the web server would hand it to Django."""
    answer = Client(headers={**headers, "host": "127.0.0.1"}).post(
        path, body, content_type="application/json"
    )
    print(answer.status_code, answer.content.decode(), flush=True)  # noqa: T201 - into its log

"""Enqueuing jobs by name, inside the transaction of the rows that they are about."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from imagestudio.clock import database_now


def enqueue(task: str, *, wait: float = 0, **arguments: JSONValue) -> None:
    """Enqueue a job of the task with this name, to be started after `wait` seconds.

    It becomes visible when the transaction commits: `app` keeps Django's own connection even
    inside a worker, which reads the queue through an app of its own (`imagestudio.jobs.worker`).
    Raises KeyError when there is no such task.
    """
    at = database_now() + timedelta(seconds=wait) if wait else None
    app.configure_task(task, queue=queue_of(task), schedule_at=at).defer(**arguments)


def queue_of(task: str) -> str:
    """Return the queue in which the jobs of a task wait. Raises KeyError for an unknown name."""
    queues: Mapping[str, str] = import_string(settings.JOB_QUEUES)
    return queues[task]

"""Enqueuing jobs by name, inside the transaction of the rows that they are about."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

JSON = str | int | float | bool | None


def enqueue(task: str, *, wait: float = 0, **arguments: JSON) -> None:
    """Enqueue a job of the task with this name, to be started after `wait` seconds.

    It becomes visible when the transaction commits: `app` keeps Django's own connection even
    inside a worker, which reads the queue through an app of its own (`imagestudio.jobs.worker`).
    Raises KeyError when there is no such task.
    """
    at = timezone.now() + timedelta(seconds=wait) if wait else None
    app.configure_task(task, queue=app.tasks[task].queue, schedule_at=at).defer(**arguments)

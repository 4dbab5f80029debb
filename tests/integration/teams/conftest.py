"""Jobs that were enqueued, and letters."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from imagestudio.accounts.services.happenings import NOTE


@pytest.fixture
def told(db):
    """Return a way to ask which events about members are to be recorded."""

    def ask() -> list[str]:
        jobs = ProcrastinateJob.objects.filter(task_name=NOTE).order_by("id")
        return [job.args["type"] for job in jobs]

    return ask

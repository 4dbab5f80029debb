"""What `admit()` takes while 10,000 generations wait: statements and milliseconds."""

import time
from statistics import median

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generations.models import Generation
from generations.services.admission import admit
from tests.factories import make_backlogs, make_user

TIMES = 30
CROWDS = [(20, 500), (1000, 10)]  # accounts, and what waits in each


def milliseconds(work) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def laid(accounts: int, each: int) -> None:
    """Lay what waits, with every slot taken and statistics as autovacuum keeps them."""
    make_backlogs(make_user(), accounts=accounts, each=each)
    admit()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize(("accounts", "each"), CROWDS)
def bench_admission(accounts, each, rows, settings, capsys):
    settings.GATEWAY_SLOTS = 64
    settings.GATEWAY_STARTS_PER_MINUTE = 1_000_000
    laid(accounts, each)
    full = [milliseconds(admit) for _ in range(TIMES)]
    free = []
    for _ in range(TIMES):
        ended = Generation.objects.in_flight().order_by("?")[:1].values("pk")
        Generation.objects.filter(pk__in=ended).update(state="cancelled", ended_at=Now())
        free.append(milliseconds(admit))
    settings.GATEWAY_SLOTS += 1
    with CaptureQueriesContext(connection) as captured:
        assert admit() == 1
    with capsys.disabled():
        print(
            f"\nadmit() with {accounts} accounts of {each}: no slot free {median(full):.1f} ms, "
            f"one free {median(free):.1f} ms (slowest {max(free):.1f}), "
            f"{len(captured)} statements"
        )

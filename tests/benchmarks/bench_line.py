"""What the line costs while 10,000 generations wait, behind a long history (BENCH_HISTORY calls).

`admit()` runs in every request and at every end; the line and the latencies are looked up by each
process at most every few seconds.
"""

import os
import time
from statistics import median

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from generations.models import Generation, State
from generations.services.admission import admit
from generations.services.latencies import LATENCIES, measure
from generations.services.outlooks import look
from tests.benchmarks.history import lay_history
from tests.factories import make_backlogs, make_user, personal

TIMES = 30
HISTORY = int(os.environ.get("BENCH_HISTORY", "100000"))


@pytest.mark.parametrize(("accounts", "each"), [(20, 500), (1000, 10)])
def bench_the_line(accounts, each, db, settings, capsys):
    settings.GATEWAY_SLOTS, settings.GATEWAY_STARTS_PER_MINUTE = 64, 1_000_000
    user = make_user()
    crowd = make_backlogs(user, accounts=accounts, each=each)
    lay_history(personal(user), crowd, count=HISTORY)
    admit()
    with capsys.disabled():
        print(f"\n{accounts} accounts with {each} waiting each, {HISTORY:,} finished calls:")
        told("admit(), no slot is free", admit)
        told("admit(), one slot is free", admit, before=end_one)
        told("latencies", measure)
        LATENCIES.get()
        told("the line", look)


def end_one() -> None:
    """Let one call end."""
    some = Generation.objects.in_flight()[:1].values("pk")
    Generation.objects.filter(pk__in=some).update(state=State.CANCELLED, ended_at=Now())


def told(name: str, work, *, before=lambda: None) -> None:
    """Print how many milliseconds and statements a piece of work takes."""
    taken = []
    for _ in range(TIMES):
        before()
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    before()
    with CaptureQueriesContext(connection) as captured:
        work()
    print(
        f"  {name}: median {median(taken):.1f} ms, fastest {min(taken):.1f}, "
        f"slowest {max(taken):.1f}, {len(captured)} statements"
    )

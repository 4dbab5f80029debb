"""How long it takes until a call is at its end whose worker was killed: with the usual clocks."""

import os
import signal
import time
from statistics import median

from tests.benchmarks.bench_prediction import ask, clients, listed
from tests.browser.stack import fresh_database, running_studio

KILLS = 3
CALLS = 4  # under way at each kill
DELAY = 6.0  # seconds of a call of medium quality
PATIENCE = 180  # seconds


def bench_recovery(tmp_path, migrated, capsys):
    named, ended = [], []
    with (
        fresh_database(migrated) as database_url,
        running_studio(tmp_path, database_url, delay=DELAY) as studio,
        clients(studio) as (maker, *_),
    ):
        for _ in range(KILLS):
            ask(maker, CALLS)
            while not all(is_sent(one) for one in listed(maker)):
                time.sleep(0.1)
            killed_at = time.monotonic()
            worker = studio.processes.pop("worker")
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            studio.start("worker", "manage.py", "worker")
            for state, times in ((("unknown", "completed"), named), (("completed",), ended)):
                while not all(one["state"] in state for one in listed(maker)):
                    assert time.monotonic() - killed_at < PATIENCE, "it did not end"
                    time.sleep(0.2)
                times.append(time.monotonic() - killed_at)
        generations = listed(maker)
        calls = studio.emulator.charges()
    charged = sum(call["cost_microdollars"] for call in calls)
    booked = sum(one["cost_micros"] for one in generations)
    with capsys.disabled():
        print(
            f"\n{KILLS} workers killed with {CALLS} calls each: called lost after "
            f"{median(named):.0f} s (longest {max(named):.0f}), brought home from the gateway's "
            f"log after {median(ended):.0f} s (longest {max(ended):.0f}); {len(calls)} calls for "
            f"{len(generations)} pictures, charged {charged}, booked {booked} micro-dollars"
        )
    assert len(calls) == len(generations) == KILLS * CALLS
    assert booked == charged


def is_sent(generation: dict) -> bool:
    """Say whether a generation's call has left, or has come to its end before."""
    return generation["attempts"][-1]["sent_at"] is not None

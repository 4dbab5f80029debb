"""A whole history: people and weather for some seconds, the settling, the checks."""

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections

from tests.crash.forge import Forge
from tests.crash.history.checks import Evidence, broken
from tests.crash.history.figures import figures
from tests.crash.history.journal import Journal
from tests.crash.history.people import make_people
from tests.crash.history.settling import settle
from tests.crash.history.weather import Weather
from tests.crash.server import OwnServer
from tests.integration.emulator_process import EmulatorProcess

SLOTS = 6


@dataclass
class Outcome:
    """How a history ended: what was wrong, what it came to, and where its journal lies."""

    journal: Path
    wrong: list[str]
    figures: dict[str, Any] = field(default_factory=dict)


def play(
    *,
    forge: Forge,
    emulator: EmulatorProcess,
    folder: Path,
    seed: int,
    seconds: float,
    server: OwnServer | None = None,
) -> Outcome:
    """Play a history by a seed and return its outcome. With a server of its own it restarts too."""
    journal = Journal(folder / f"history-{seed}.jsonl")
    people = make_people(journal, seed=seed)
    weather = Weather(forge, emulator, journal, random.Random(seed), SLOTS, server)
    threads = [Life(target=one.live) for one in (weather, *people)]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    for one in (*people, weather):
        one.stop.set()
    for thread in threads:
        thread.join()
    failed = [f"a thread ended with {thread.error!r}" for thread in threads if thread.error]
    connections.close_all()  # the database may have gone since
    has_settled = settle(weather)
    ours = {str(one.account.pk) for one in people}
    calls = [one for one in emulator.charges() if one["metadata"].get("account_id") in ours]
    evidence = Evidence(calls, journal, SLOTS)
    wrong = [*failed, *([] if has_settled else ["it has not settled"]), *broken(evidence)]
    return Outcome(journal.path, wrong, figures(evidence))


class Life(threading.Thread):
    """A thread whose error is kept."""

    error: BaseException | None = None

    def run(self) -> None:
        try:
            super().run()
        except Exception as error:  # noqa: BLE001 - it is told of at the end
            self.error = error

"""What happens to the studio meanwhile: a bad gateway, and the deaths of its processes."""

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.crash.forge import Forge, Process
from tests.crash.history.journal import Journal
from tests.crash.server import OwnServer
from tests.integration.emulator_process import EmulatorProcess

WORKERS = 3
HEARTBEAT, DEAD = 0.2, 2.0  # seconds
FROZEN = 2.5  # seconds; longer than it takes to be dead
BETWEEN_RESTARTS = (15.0, 40.0)  # seconds from one restart of the database to the next

# What one call, or a few, meet; a charge may come with each.
FAULTS: dict[str, dict[str, Any]] = {
    # billed, and the answer is lost or unreadable
    "failed_after_charge": {},
    "reset_after_body": {},
    "close_after_body": {},
    "reset_mid_answer": {},
    "truncated": {},
    "silence_after_head": {},
    "never_answers": {},
    "not_json": {},
    "html": {},
    "json_cut": {},
    "no_image": {},
    "state": {"value": "Failed"},
    "guardrails_response": {},
    # not billed
    "rate_limited": {"retry_after": "0"},
    "reset_at_accept": {},
    "reset_before_body": {},
    "bad_gateway": {},
    "provider_down": {},
    "unavailable": {},
    "refused_input": {},
    "bad_request": {},
    "unauthorized": {},
    "cache_hit": {},
    # billed, and the picture cannot be had, or not at once
    "result_missing": {},
    "result_error": {"fetches": 1},
    "result_truncated": {},
    "image_text": {},
    "image_truncated": {},
    # another way
    "several_images": {},
    "image_inline": {},
    "delay": {"seconds": 1.2},
    "logs_unavailable": {"status": 500},
    "logs_late": {"seconds": 2},
}


@dataclass
class Weather:
    """Faults and deaths, by a seed. Dead workers are replaced, as a supervisor would."""

    forge: Forge
    emulator: EmulatorProcess
    journal: Journal
    chance: random.Random
    slots: int
    server: OwnServer | None = None
    workers: list[Process] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    restart_at: float = 0

    def live(self) -> None:
        """Let one thing happen after the other until told to stop."""
        happenings: list[Callable[[], None]] = [
            *[self.fault] * 9,
            *[self.kill] * 4,
            *[self.drain] * 2,
            self.freeze,
        ]
        self.restart_at = time.monotonic() + self.chance.uniform(*BETWEEN_RESTARTS)
        while not self.stop.wait(self.chance.uniform(0.05, 0.3)):
            self.replace()
            self.chance.choice(happenings)()
            if self.server and time.monotonic() > self.restart_at:
                self.restart(self.server)

    def fault(self) -> None:
        """Let the next calls meet a fault."""
        mode = self.chance.choice(list(FAULTS))
        times = self.chance.choice([1, 1, 2])
        self.emulator.set_fault(mode, times=times, **FAULTS[mode])
        self.journal.note("weather", "fault", mode=mode, times=times)

    def kill(self) -> None:
        """Kill a worker where it stands."""
        worker = self.chance.choice(self.workers)
        self.journal.note("weather", "kill", worker=worker.worker_id())
        worker.kill()

    def drain(self) -> None:
        """Ask a worker to end; another starts while it drains."""
        worker = self.chance.choice(self.workers)
        self.journal.note("weather", "drain", worker=worker.worker_id())
        worker.signal(signal.SIGTERM)
        self.workers.remove(worker)

    def freeze(self) -> None:
        """Stop a worker for so long that it is taken for dead, and let it go on."""
        worker = self.chance.choice(self.workers)
        self.journal.note("weather", "freeze", worker=worker.worker_id())
        worker.signal(signal.SIGSTOP)
        self.stop.wait(FROZEN)
        worker.signal(signal.SIGCONT)

    def restart(self, server: OwnServer) -> None:
        """Restart the database, or let it crash."""
        how = self.chance.choice([signal.SIGINT, signal.SIGKILL])
        self.journal.note("weather", "database", how=how.name)
        server.stop(how)
        self.stop.wait(self.chance.uniform(0, 1))
        server.start()
        self.restart_at = time.monotonic() + self.chance.uniform(*BETWEEN_RESTARTS)

    def replace(self) -> None:
        """Start as many workers as have ended."""
        self.workers = [worker for worker in self.workers if worker.status() is None]
        while len(self.workers) < WORKERS:
            self.workers.append(
                self.forge.fork(hasty=True, slots=self.slots, heartbeat=HEARTBEAT, dead=DEAD)
            )

"""The tests' side of `tests.crash.killed`: processes to be had, killed, stopped and waited for."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.crash.orders import INTRODUCTION, Order

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds; a busy machine takes its time


@dataclass
class Process:
    """One forked process."""

    forge: "Forge"
    pid: int
    log: Path
    ended: int | None = None

    def status(self) -> int | None:
        """Return how it ended (negative: by which signal), None while it lives."""
        if self.ended is None:
            self.ended = self.forge.ask({"status_of": self.pid})
        return self.ended

    def wait(self) -> int:
        """Return how it ended, when it has."""
        wait_until(lambda: self.status() is not None, words=self.said)
        assert self.ended is not None
        return self.ended

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it lives."""
        if self.status() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without a warning."""
        self.signal(signal.SIGKILL)
        self.wait()

    def worker_id(self) -> int | None:
        """Return the number by which the rows know this worker, if it has come so far."""
        lines = [line for line in self.said().splitlines() if line.startswith(INTRODUCTION)]
        return int(lines[0].removeprefix(INTRODUCTION)) if lines else None

    def said(self) -> str:
        """Return what it has written."""
        return self.log.read_text() if self.log.exists() else ""


@dataclass
class Forge:
    """A warm process that forks others; its own end is theirs too."""

    logs: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[str] = field(init=False)
    made: list[Process] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.killed"],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def ask(self, question: dict[str, Any]) -> Any:
        """Ask the warm process and return its answer."""
        with self.lock:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def fork(self, **order: Any) -> Process:
        """Return a new process that carries out an order."""
        log = self.logs / f"{next(self.numbers):03}.log"
        pid = self.ask({"order": asdict(Order(log=str(log), **order))})
        process = Process(self, pid, log)
        self.made.append(process)
        return process

    def end_all(self) -> None:
        """End what still lives."""
        for process in self.made:
            process.kill()
        self.made.clear()

    def stop(self) -> None:
        """End the warm process, and all others with it."""
        self.end_all()
        self.process.communicate(timeout=PATIENCE)


def wait_until(
    condition: Callable[[], Any], *, words: Callable[[], str] = lambda: "", pause: float = 0.005
) -> None:
    """Return when a condition holds; fail after a minute, with some words."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, words()
        time.sleep(pause)

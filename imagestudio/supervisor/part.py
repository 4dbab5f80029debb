"""A part of the studio: one program under its keeper."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imagestudio import keeper
from imagestudio.supervisor.children import Children

IN_FLIGHT = "IN_FLIGHT_FD"  # the variable that tells a worker where to report its paid calls


@dataclass(frozen=True)
class Program:
    """What runs, and in which folder.

    `grace` is how many seconds it has to end once nobody needs it (None: as long as it takes).
    One that `reports` writes its number of paid calls in flight, a line each time, to the
    descriptor that the variable IN_FLIGHT_FD names. Of one that is `quiet` only errors are shown.
    """

    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    grace: float | None = 5
    reports: bool = False
    quiet: bool = False


class Part:
    """A program that is started, watched and stopped; at most one of it runs at a time."""

    def __init__(
        self,
        program: Program,
        *,
        children: Children,
        leash: int,
        held: Callable[[], Sequence[int]] = tuple,
    ) -> None:
        """Take the read end of a pipe whose closing ends the program, and what the program holds.

        `held` gives descriptors that stay open for as long as the program lives.
        """
        self.program = program
        self.name = program.name
        self.in_flight: int | None = None  # paid calls; None while nothing was reported
        self.reported = asyncio.Event()
        self._children = children
        self._leash = leash
        self._held = held
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start the program. Does not wait, so that no cancelling leaves one unknown to us."""
        with self._listening() if self.program.reports else contextlib.nullcontext() as writing:
            told = {} if writing is None else {IN_FLIGHT: str(writing)}
            own = [] if writing is None else [writing]
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - returns at once
                keeper.command_line(
                    self.program.command,
                    leash=self._leash,
                    stop=signal.SIGTERM,
                    grace=self.program.grace,
                    inherited=writing,
                ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if self.program.quiet else None,
                env={**os.environ, **self.program.environment, **told},
                cwd=self.program.folder,
                pass_fds=[self._leash, *self._held(), *own],
                start_new_session=True,
            )

    async def status(self) -> int:
        """Wait until the program has ended and give its status; 0 where it was not started."""
        process = self._process
        if process is None:
            return 0
        status = await self._children.status_of(process)
        if self._process is process:
            self._process = None
            self._kill_group(process)  # what a killed program leaves: its own children
        return status

    async def ended(self) -> str:
        """Wait until the program has ended, and say how."""
        return keeper.exit_words(await self.status())

    def ask_to_end(self) -> None:
        """Ask the program to end by itself."""
        if self._process:
            self._process.terminate()

    def kill(self) -> None:
        """End the program and all it has started, at once."""
        if self._process:
            self._kill_group(self._process)

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)

    @contextlib.contextmanager
    def _listening(self) -> Iterator[int]:
        """Listen to the program's reports; give the end of the pipe where it writes them."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)  # a worker never waits for us
        self.in_flight = None
        asyncio.get_running_loop().add_reader(reading, self._hear, reading)
        try:
            yield writing
        finally:
            os.close(writing)

    def _hear(self, reading: int) -> None:
        words = os.read(reading, 4096).split()
        if not words:
            asyncio.get_running_loop().remove_reader(reading)
            os.close(reading)
        elif words[-1].isdigit():
            self.in_flight = int(words[-1])
            self.reported.set()

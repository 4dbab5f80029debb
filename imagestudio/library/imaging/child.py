"""One locked child process, seen from its parent."""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from typing import IO, Any

from .locked.frames import LENGTH, read_message, write_frame

Source = bytes | IO[bytes]  # a picture, or an open seekable file that holds nothing else
Answer = tuple[dict[str, Any], list[bytes]]

# The folder comes last on the path, so that nothing in it can stand in for a standard module.
BOOT = "import sys; sys.path.append(sys.argv[1]); from locked.main import main; main()"
FOLDER = Path(__file__).parent


class ChildLost(Exception):
    """The child ended, was given up, or spoke nonsense before it answered."""


class Child:
    """A process that decodes pictures and can do nothing else."""

    def __init__(self, boot: str = BOOT) -> None:
        """Start the process; it warms up while the caller goes on. Raises OSError."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-c", boot, str(FOLDER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={},
            cwd="/",
            start_new_session=True,  # a Ctrl-C at the terminal is meant for the parent
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("no pipes")
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._given_up = False
        self.is_ready = False
        self.pictures = 0

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def ask(self, request: dict[str, Any], source: Source, *, seconds: float) -> Answer:
        """Return the child's answer; raise ChildLost when there is none within these seconds."""
        self.pictures += 1
        timer = Timer(seconds, self._give_up)
        timer.start()
        try:
            if not self.is_ready:
                read_message(self._stdout)  # it says one word when it has locked itself
                self.is_ready = True
            self._send(request, source)
            return read_message(self._stdout)
        except (EOFError, OSError, ValueError, RecursionError) as error:
            raise ChildLost from error
        finally:
            timer.cancel()

    def end(self) -> bool:
        """End the process; return whether it was lost because its picture took too long."""
        self._process.kill()
        code = self._process.wait()
        self.let_go()
        return self._given_up or code == -signal.SIGXCPU

    def let_go(self) -> None:
        """Close our ends of its pipes, upon which it ends by itself."""
        for pipe in (self._stdin, self._stdout):
            with contextlib.suppress(BrokenPipeError):  # what it did not read is of no use now
                pipe.close()

    def _send(self, request: dict[str, Any], source: Source) -> None:
        write_frame(self._stdin, json.dumps({**request, "blobs": 1}).encode())
        if isinstance(source, bytes):
            write_frame(self._stdin, source)
        else:  # never the whole file in memory
            self._stdin.write(LENGTH.pack(source.seek(0, 2)))
            source.seek(0)
            shutil.copyfileobj(source, self._stdin)
        self._stdin.flush()

    def _give_up(self) -> None:
        self._given_up = True
        self._process.kill()

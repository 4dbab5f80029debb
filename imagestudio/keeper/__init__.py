"""Runs one command for as long as somebody needs it, and no longer.

A process that is killed cannot stop what it started. So everything that the studio starts runs
under a keeper of its own, which holds a *leash*: an inherited file descriptor that tells when
nobody needs the command any more, however they went.

* The read end of a pipe: let go once every write end is closed.
* A lock file: let go once an exclusive lock is granted, so once every shared holder is gone. The
  keeper keeps that lock until the command has ended, so that a newcomer waits for it.

Then the command gets its signal and some seconds, and whatever is left of it is killed. A keeper
hands SIGTERM on, ends when its command ends, with the same status, or 128 + the signal that
killed it. It must be started in a session of its own: it and its command are one process group.
"""

import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

_PROGRAM = Path(__file__).with_name("program.py")


def command_line(
    command: Sequence[str | Path],
    *,
    leash: int,
    stop: signal.Signals,
    grace: float | None,
    user: int | None = None,
    inherited: int | None = None,
) -> list[str]:
    """Give the argument list that runs `command` under a keeper.

    `leash` and `inherited` are descriptors which the caller hands over (`pass_fds`); only
    `inherited` reaches the command. `stop` is the signal that ends the command, `grace` the
    seconds it then has (None: as long as it takes), `user` the user id to run it as (None: the
    caller's).
    """
    options = [leash, int(stop), grace, user, inherited]
    words = ["-" if option is None else str(option) for option in options]
    return [sys.executable, "-I", "-S", str(_PROGRAM), *words, *map(str, command)]


def exit_words(status: int) -> str:
    """Say how a process ended, for people; `status` as from a keeper or `Popen.returncode`."""
    number = -status if status < 0 else status - 128
    if number > 0:
        with contextlib.suppress(ValueError):  # a plain exit status above 128
            return f"killed by {signal.Signals(number).name}"
    return f"exit status {status}"

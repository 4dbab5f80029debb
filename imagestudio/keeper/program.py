"""The keeper itself: `python -I -S program.py LEASH STOP GRACE USER PASS_FD COMMAND...`.

Imports little, and nothing of ours, so that it is there in a few milliseconds.
"""

import fcntl
import os
import signal
import stat
import sys
import threading
import time

_HANDED = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


def _wait_until_let_go(leash: int) -> None:
    """Block until nobody needs the command; signal handlers run meanwhile."""
    if stat.S_ISFIFO(os.fstat(leash).st_mode):
        while os.read(leash, 1):
            pass
    else:
        fcntl.flock(leash, fcntl.LOCK_EX)


class _Keeper:
    def __init__(self, *, stop: signal.Signals, grace: float | None) -> None:
        self.stop_signal = stop
        self.grace = grace
        self.child = 0
        self.let_go = False

    def start(self, command: list[str], *, user: int | None, inherited: int | None) -> None:
        """Start the command, with the standard streams and `inherited` and nothing else."""
        # Handlers, not SIG_IGN: the command would inherit a signal that is ignored.
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        for unheard in (signal.SIGINT, signal.SIGHUP):
            signal.signal(unheard, lambda *_: None)
        # Held back meanwhile: what reaches the child before it is the command must not be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _HANDED)
        self.child = os.fork()
        if self.child == 0:
            _become(command, user=user, inherited=inherited)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDED)

    def stop(self) -> None:
        if self.child == 0:  # asked before there was anything to stop
            os._exit(128 + signal.SIGTERM)
        os.kill(self.child, self.stop_signal)

    def watch(self, leash: int) -> None:
        """Wait for the end of the command and, meanwhile, for the end of the leash."""
        threading.Thread(target=self._end_with_child).start()
        _wait_until_let_go(leash)
        self.let_go = True
        self.stop()
        if self.grace is not None:
            time.sleep(self.grace)
            os.killpg(0, signal.SIGKILL)

    def _end_with_child(self) -> None:
        status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        if self.let_go:  # nobody is left to clear away what the command has left behind
            os.killpg(0, signal.SIGKILL)
        os._exit(status if status >= 0 else 128 - status)


def _become(command: list[str], *, user: int | None, inherited: int | None) -> None:
    """Turn this forked process into the command; never comes back."""
    try:
        for number in (*_HANDED, signal.SIGPIPE):  # Python ignores SIGPIPE, and exec keeps that
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HANDED)
        kept = 2 if inherited is None else inherited
        os.closerange(3, kept)
        os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
        if user is not None:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)
        os.execvp(command[0], command)  # noqa: S606 - no shell is what we want
    except OSError as error:
        os.write(2, f"cannot run {command[0]}: {error}\n".encode())
    finally:
        os._exit(127)


def main(leash: str, stop: str, grace: str, user: str, inherited: str, *command: str) -> None:
    """Run the command; the words are those of the command line, "-" for what is not given."""
    keeper = _Keeper(
        stop=signal.Signals(int(stop)),
        grace=None if grace == "-" else float(grace),
    )
    keeper.start(
        list(command),
        user=None if user == "-" else int(user),
        inherited=None if inherited == "-" else int(inherited),
    )
    keeper.watch(int(leash))


if __name__ == "__main__":
    main(*sys.argv[1:])

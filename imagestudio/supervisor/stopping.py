"""Being asked to stop, once or twice, and stopping one part after the other."""

import asyncio
import contextlib
import signal
import time

from imagestudio.supervisor.console import say
from imagestudio.supervisor.part import Part

_ONE_SIGNAL = 1.0  # seconds within which a signal is the same one: `make` passes on what it gets
_SILENCE = 0.3  # seconds of draining before anything is said


class Wish:
    """Whether somebody wants the studio to stop, and whether at once."""

    def __init__(self) -> None:
        """Listen for the signals that mean it; needs a running loop."""
        self.stop = asyncio.Event()
        self.at_once = asyncio.Event()
        self._first: float | None = None
        numbers = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # as nohup wants it
            numbers.remove(signal.SIGHUP)
        for number in numbers:
            asyncio.get_running_loop().add_signal_handler(number, self._hear)

    def _hear(self) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = now
            say("stopping")
            self.stop.set()
        elif now - self._first >= _ONE_SIGNAL:
            self.at_once.set()


async def end(part: Part, *, wish: Wish, limit: float | None) -> bool:
    """Wait for the end of a part that was asked to end, and kill it after `limit` seconds.

    A second wish to stop kills it too. Gives False where it had to be killed.
    """
    ended = asyncio.ensure_future(part.ended())
    at_once = asyncio.ensure_future(wish.at_once.wait())
    await asyncio.wait({ended, at_once}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
    at_once.cancel()
    if ended.done():
        return True
    part.kill()
    await ended
    return False


async def drain(worker: Part, *, wish: Wish, limit: float | None) -> None:
    """As `end`, for a worker with paid calls: say how many there are."""
    telling = asyncio.ensure_future(_tell(worker))
    finished = await end(worker, wish=wish, limit=limit)
    telling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await telling
    if not finished and worker.in_flight:
        say(f"{_calls(worker.in_flight)} left unknown")


async def _tell(worker: Part) -> None:
    await asyncio.sleep(_SILENCE)
    while True:
        worker.reported.clear()
        if worker.in_flight:
            say(f"{_calls(worker.in_flight)} in flight; Ctrl-C again leaves them unknown")
        await worker.reported.wait()


def _calls(number: int) -> str:
    return "1 paid call" if number == 1 else f"{number} paid calls"

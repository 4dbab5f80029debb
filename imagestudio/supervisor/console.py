"""What the supervisor says to the person who started it."""

import contextlib
import time


def say(text: str) -> None:
    """Print one line with the time; a terminal that has gone away is no reason to stop."""
    with contextlib.suppress(OSError):
        print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)  # noqa: T201


class SupervisorError(Exception):
    """The studio cannot run; the message tells a person why and what to do."""

"""Where a process can be made to die: names of the production's own functions, and nothing in them.

A point is a function, a side of it, and which of its calls is meant. The process kills itself
there as `kill -9` would: no handler runs, no buffer is written, no connection says goodbye.
"""

import asyncio
import functools
import importlib
import inspect
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Side = Literal["before", "after"]


@dataclass(frozen=True)
class Point:
    """Before or after the nth call of a function that is named by its dotted path."""

    function: str
    side: Side
    nth: int = 1


ATTEMPTS = "generations.services.attempts"
OUTCOMES = "generations.services.outcomes"
POINTS = {
    "K1 before the commit of the request": Point("generations.api.generations.accepted", "after"),
    "K2 before the job is fetched": Point("procrastinate.manager.JobManager.fetch_job", "before"),
    "K2 fetched, not claimed": Point(f"{ATTEMPTS}.claim", "before"),
    "K3 claimed": Point(f"{ATTEMPTS}.claim", "after"),
    "K3 before sent": Point(f"{ATTEMPTS}.mark_sent", "before"),
    "K3 sent, not committed": Point(f"{ATTEMPTS}.within_limits", "after"),
    "K4 before the new attempt": Point("generations.services.resends.reserve", "before"),
    "K4 after the new attempt": Point("generations.services.resends.send_again", "after"),
    "K5 sent committed": Point(f"{ATTEMPTS}.mark_sent", "after"),
    # Two blocks of the body have left before the third is encoded.
    "K6 the body half sent": Point("pybase64.b64encode", "before", nth=3),
    "K8 answered, nothing kept": Point(f"{OUTCOMES}.note_answer", "before"),
    "K8 answer kept, bytes not": Point("imagestudio.library.services.results.keep_bytes", "before"),
    "K9 bytes kept, rows not": Point(f"{OUTCOMES}.complete", "before"),
    "K9 settled, not committed": Point(f"{OUTCOMES}.settle", "after"),
    "K10 rows kept, job not ended": Point(f"{OUTCOMES}.complete", "after"),
    "K11 during the renditions": Point(
        "imagestudio.library.services.renditions.keep_renditions", "before"
    ),
}


def owner_of(function: str) -> tuple[Any, str]:
    """Return the module or class that holds a function, and its name there.

    Raises AttributeError or ModuleNotFoundError when there is no such function.
    """
    path, _, name = function.rpartition(".")
    try:
        owner = importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, attribute = path.rpartition(".")
        owner = getattr(importlib.import_module(module), attribute)
    getattr(owner, name)
    return owner, name


def wrap(function: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put something around a function of this process, for as long as the process lives."""
    owner, name = owner_of(function)
    setattr(owner, name, around(getattr(owner, name)))


def die() -> None:
    """End this process at once."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)  # the signal is on its way


def kill_at(point: Point) -> None:
    """Have this process die at a point."""
    calls = 0

    def is_the_one() -> bool:
        nonlocal calls
        calls += 1
        return calls == point.nth

    watch(point, lambda: die() if is_the_one() else None)


def watch(point: Point, act: Callable[[], None]) -> None:
    """Act at each passage of a point, whichever way the function is written."""

    def around(original: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(original):

            @functools.wraps(original)
            async def waiting(*args: Any, **kwargs: Any) -> Any:
                if point.side == "before":
                    act()
                result = await original(*args, **kwargs)
                if point.side == "after":
                    act()
                return result

            return waiting

        @functools.wraps(original)
        def plain(*args: Any, **kwargs: Any) -> Any:
            if point.side == "before":
                act()
            result = original(*args, **kwargs)
            if point.side == "after":
                act()
            return result

        return plain

    wrap(point.function, around)


def hold_at(function: str, gate: Path) -> None:
    """Have every return from an asynchronous function wait until a file is there.

    A file beside it, `<gate>.reached`, tells that somebody waits.
    """

    def around(original: Callable[..., Any]) -> Callable[..., Any]:
        async def held(*args: Any, **kwargs: Any) -> Any:
            result = await original(*args, **kwargs)
            gate.with_suffix(".reached").touch()
            while not gate.exists():  # noqa: ASYNC240 - another process makes it
                await asyncio.sleep(0.01)
            return result

        return held

    wrap(function, around)


def fail_at(function: str, *, times: int, error: Exception) -> None:
    """Have the first calls of a function raise an error."""
    left = times

    def around(original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def failing(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            left -= 1
            if left >= 0:
                raise error
            return original(*args, **kwargs)

        return failing

    wrap(function, around)

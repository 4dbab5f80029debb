"""A value that a process keeps for some seconds: what many pages ask for and nobody decides by."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """What a function returned at most so many seconds ago.

    One thread at a time looks anew; meanwhile the others get what was found last.
    """

    def __init__(self, look: Callable[[], T], *, seconds: float) -> None:
        """Begin with nothing."""
        self._look = look
        self._seconds = seconds
        self._lock = Lock()
        self._found: tuple[float, T] | None = None

    def get(self) -> T:
        """Return the value, looked up anew when it is too old. Raises what the function raises."""
        found = self._found
        if found is None:
            return self.anew()
        if time.monotonic() - found[0] > self._seconds and self._lock.acquire(blocking=False):
            try:
                return self._renew()
            finally:
                self._lock.release()
        return found[1]

    def anew(self) -> T:
        """Return the value, looked up now."""
        with self._lock:
            return self._renew()

    def forget(self) -> None:
        """Let the next one look anew."""
        self._found = None

    def _renew(self) -> T:
        value = self._look()
        self._found = time.monotonic(), value
        return value

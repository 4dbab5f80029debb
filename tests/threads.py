"""The same work in several threads that begin together."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

T = TypeVar("T")
PATIENCE = 60  # seconds


def at_once(count: int, work: Callable[[], T]) -> list[T]:
    """Return what the same work returned in so many threads that began together."""
    begin, answers = threading.Barrier(count), []

    def one() -> None:
        begin.wait()
        try:
            answers.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return answers

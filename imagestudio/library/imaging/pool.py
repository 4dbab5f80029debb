"""The locked children: started when needed, one picture at a time each, replaced often."""

import atexit
import logging
import os
from queue import LifoQueue
from typing import Any

from .child import BOOT, Answer, Child, ChildLost, Source
from .errors import ImagingUnavailable, refusal

PICTURES_PER_CHILD = 100
SECONDS_PER_PICTURE = 60  # of the clock; the child's own limit is of processor time

logger = logging.getLogger(__name__)


class Pool:
    """A few children, shared by all threads of this process."""

    def __init__(
        self, children: int, *, seconds: float = SECONDS_PER_PICTURE, boot: str = BOOT
    ) -> None:
        """Take how many children there may be, and how long one picture may take; start none."""
        self._seconds = seconds
        self._boot = boot
        self._children = children
        self._free = self._empty()

    def ask(self, deed: str, source: Source, **arguments: object) -> Answer:
        """Return what a child answers, waiting for a free one. Raises ImagingError.

        A crash may be the machine's fault, so the picture gets a second child; one that crashes
        two children is refused.
        """
        request = {"deed": deed, **arguments}
        for _ in range(2):
            answer = self._ask_once(request, source)
            if answer is not None:
                return answer
        raise refusal("unreadable")

    def close(self) -> None:
        """End the children that are idle; the next picture starts a new one."""
        idle = [self._free.get() for _ in range(self._free.qsize())]
        for child in idle:
            if child is not None:
                child.end()
            self._free.put(None)

    def forget(self) -> None:
        """Leave the children to the process that started them: for use after a fork."""
        inherited, self._free = self._free, self._empty()
        for child in inherited.queue:
            if child is not None:
                child.let_go()

    def _empty(self) -> LifoQueue[Child | None]:
        free: LifoQueue[Child | None] = LifoQueue()
        for _ in range(self._children):
            free.put(None)
        return free

    def _ask_once(self, request: dict[str, Any], source: Source) -> Answer | None:
        """Return the answer, or None when the child crashed."""
        free, kept = self._free, None
        child = free.get()
        try:
            child = child or self._started()
            answer = child.ask(request, source, seconds=self._seconds)
            # A successor warms up while the next picture is still on its way.
            kept = child if child.pictures < PICTURES_PER_CHILD else self._started()
        except ChildLost:
            _explain_loss(child)
            return None
        else:
            return answer
        finally:
            if child is not None and child is not kept:
                child.end()
            free.put(kept)

    def _started(self) -> Child:
        try:
            return Child(self._boot)
        except OSError as error:
            raise ImagingUnavailable from error


def _explain_loss(child: Child | None) -> None:
    """Raise ImagingError unless another child may fare better with the same picture."""
    if child is None:
        return
    was_slow = child.end()
    if was_slow and child.is_ready:
        raise refusal("too_complex")
    if not child.is_ready:
        raise ImagingUnavailable
    logger.warning("imaging child %d crashed after %d pictures", child.pid, child.pictures)


POOL = Pool(children=min(2, os.cpu_count() or 1))
atexit.register(POOL.close)
os.register_at_fork(after_in_child=POOL.forget)

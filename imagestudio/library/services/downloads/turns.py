"""How many long downloads may run at once, so that some of them never take the whole process."""

from collections import Counter
from collections.abc import Callable
from threading import Lock
from uuid import UUID

from imagestudio.library.exceptions import DownloadsBusy

AT_ONCE = 8  # in one process
OF_ONE_PERSON = 2
RETRY = 15.0  # seconds after which asking again may help


class Turns:
    """Who is downloading now. A turn is taken before the answer begins and given back once."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._lock = Lock()
        self._people: Counter[UUID] = Counter()

    def take(self, person: UUID) -> Callable[[], None]:
        """Return what gives the turn back. Raises DownloadsBusy."""
        with self._lock:
            if self._people[person] >= OF_ONE_PERSON:
                raise DownloadsBusy(
                    f"You have {OF_ONE_PERSON} downloads under way. Wait for one to end.",
                    retry_after=RETRY,
                )
            if self._people.total() >= AT_ONCE:
                raise DownloadsBusy("Try again in a moment.", retry_after=RETRY)
            self._people[person] += 1

        def give_back() -> None:
            with self._lock:
                self._people[person] -= 1
                self._people += Counter()  # forgets people who have none

        return give_back


TURNS = Turns()

"""Every operation of a history, a line of JSON each: to find out what led to a failure."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Journal:
    """What was done, in the order in which it ended; `at` is seconds since the epoch."""

    path: Path
    entries: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, deed: str, **facts: Any) -> None:
        """Write down one deed."""
        entry = {"at": time.time(), "who": who, "deed": deed, **facts}
        with self.lock:
            self.entries.append(entry)
            with self.path.open("a") as file:
                file.write(json.dumps(entry, default=str) + "\n")

    def of(self, deed: str) -> list[dict[str, Any]]:
        """Return the entries about one kind of deed."""
        return [entry for entry in self.entries if entry["deed"] == deed]

    def counts(self) -> Counter[str]:
        """Return how often each deed was done."""
        return Counter(entry["deed"] for entry in self.entries)

"""Bodies of requests and answers that the log keeps, on disk, the oldest making room."""

import os
from collections import deque
from pathlib import Path

ROOM = 256_000_000  # bytes of stored requests in all; answers are small


class Payloads:
    """The stored bodies of one emulator, by log id."""

    def __init__(self, folder: Path) -> None:
        """Open a folder, with what an earlier emulator stored there."""
        self._folder = folder
        self._requests: deque[tuple[Path, int]] = deque()
        self._bytes = 0
        for path in sorted(folder.glob("*.request")):  # log ids sort by age
            self._count(path)

    def keep_request(self, log_id: str, body: Path) -> None:
        """Keep a request's file under a second name."""
        path = self._folder / f"{log_id}.request"
        os.link(body, path)
        self._count(path)
        while self._bytes > ROOM:
            oldest, size = self._requests.popleft()
            oldest.unlink(missing_ok=True)
            self._bytes -= size

    def keep_response(self, log_id: str, body: bytes) -> None:
        """Keep an answer's body."""
        (self._folder / f"{log_id}.response").write_bytes(body)

    def read(self, log_id: str, kind: str) -> bytes | None:
        """Give a stored body, `kind` being request or response; None when it was not kept."""
        path = self._folder / f"{log_id}.{kind}"
        return path.read_bytes() if path.exists() else None

    def _count(self, path: Path) -> None:
        size = path.stat().st_size
        self._requests.append((path, size))
        self._bytes += size

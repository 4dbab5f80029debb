"""One studio at a time on one data folder."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from imagestudio.supervisor.console import SupervisorError, say

_SECONDS = 0.1  # between two looks at whether the parts of a killed studio have ended


@contextlib.asynccontextmanager
async def claimed(data: Path, *, note: str) -> AsyncIterator[int]:
    """Claim the data folder; `note` tells a second one where this studio is.

    Gives a descriptor which the keepers of the parts inherit, so that a new supervisor waits for
    the parts of one that was killed. Raises SupervisorError where a studio runs already.
    """
    with _opened(data / "studio.lock") as studio, _opened(data / "parts.lock") as parts:
        try:
            fcntl.flock(studio, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            words = os.pread(studio, 1000, 0).decode(errors="replace")
            raise SupervisorError(f"The studio of {data} runs already: {words}") from error
        os.ftruncate(studio, 0)
        os.pwrite(studio, note.encode(), 0)
        await _wait_for(parts)
        yield parts


async def _wait_for(parts: int) -> None:
    said = False
    while True:
        try:
            fcntl.flock(parts, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not said:
                say("waiting for the parts of a studio that was killed: they finish their calls")
            said = True
            await asyncio.sleep(_SECONDS)
        else:
            return


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SupervisorError(
            f"The data folder cannot be used: {error.filename}: {error.strerror}. "
            "Set IMAGESTUDIO_DATA to a folder of your own."
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)

"""Request bodies on disk: sixteen sources of 20 MB make a body of 430 MB."""

import contextlib
import mmap
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from generations.emulator.asgi import Receive
from generations.emulator.wire.request import chunks


@dataclass(frozen=True, kw_only=True)
class Spool:
    """A body that has arrived: its file and its size in bytes."""

    path: Path
    size: int

    @contextlib.contextmanager
    def view(self) -> Iterator[mmap.mmap]:
        """Give the bytes without reading them into memory; the body must not be empty."""
        with (
            self.path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view,
        ):
            yield view


@contextlib.asynccontextmanager
async def spooled(receive: Receive, *, folder: Path) -> AsyncIterator[Spool]:
    """Write a body to a file of the folder as it arrives; the file goes when the caller is done.

    Raises ClientGoneError when the client goes before the body is complete.
    """
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".json") as file:
        size = 0
        async for part in chunks(receive):
            file.write(part)
            size += len(part)
        file.flush()
        yield Spool(path=Path(file.name), size=size)

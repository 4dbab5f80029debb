"""An archive as files in a folder: what is there already is left as it is, so that it goes on."""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from .entries import Entry

FOLDER, FILE = 0o700, 0o600


def lay_out(entries: Iterable[Entry], folder: Path) -> None:
    """Write entries as files below a folder, each whole or not at all. Raises OSError.

    A file below `files/` that is there in its length is not written again: its name says what is
    in it.
    """
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("files/") and path.is_file() and path.stat().st_size == entry.size:
            continue
        path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        write_whole(path, entry.unpacked())


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is there in full or not at all. Raises OSError."""
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "wb") as stream:
            for piece in pieces:
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

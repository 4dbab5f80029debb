"""Bytes as files in a folder of our own."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from django.core.files.storage import FileSystemStorage

from .contents import Kept
from .errors import BytesMissing, StorageUnavailable

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Files(FileSystemStorage):
    """Django's file storage, written so that a file is there entirely or not at all."""

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Write bytes under a key in place of what was there. Raises StorageUnavailable."""
        final = Path(self.path(key))
        part = final.with_name(f".{uuid4().hex}.part")
        with _translated():
            _make_folders(final.parent)
            try:
                _write_synced(part, chunks)
                part.replace(final)
            finally:
                part.unlink(missing_ok=True)
            _sync_folder(final.parent)

    def open_at(self, key: str, start: int, end: int | None) -> BinaryIO:  # noqa: ARG002
        """Return the file, standing at this byte. Raises BytesMissing, StorageUnavailable."""
        with _translated():
            stream = Path(self.path(key)).open("rb")  # noqa: SIM115 - the reader closes it
            stream.seek(start)
            return stream

    def size(self, name: str) -> int:
        """Return how many bytes are kept. Raises BytesMissing, StorageUnavailable."""
        with _translated():
            return super().size(name)

    def delete(self, name: str) -> None:
        """Delete the file if it is there. Raises StorageUnavailable."""
        with _translated():
            super().delete(name)

    def listing(self) -> Iterator[Kept]:
        """Yield every file below the folder. Raises StorageUnavailable."""
        if not Path(self.location).is_dir():  # a volume that is not there is not an empty one
            raise StorageUnavailable
        return _walk(os.fspath(self.location), "")

    def rename(self, key: str, to: str) -> None:
        """Give a file another name. Raises BytesMissing, StorageUnavailable."""
        old, new = Path(self.path(key)), Path(self.path(to))
        with _translated():
            if not old.is_file():
                raise BytesMissing
            _make_folders(new.parent)
            old.rename(new)
            _sync_folder(new.parent)
            _sync_folder(old.parent)

    def check(self) -> None:
        """Raise StorageUnavailable if nothing could be written now."""
        folder = Path(self.location)
        with _translated():
            _make_folders(folder)
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise StorageUnavailable


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BytesMissing from error
    except OSError as error:
        raise StorageUnavailable from error


def _walk(folder: str, prefix: str) -> Iterator[Kept]:
    """Yield the files of a folder and of those below; links are not followed."""
    below: list[str] = []
    with _translated(), os.scandir(folder) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                below.append(one.name)
                continue
            with contextlib.suppress(FileNotFoundError):  # it went meanwhile
                facts = one.stat(follow_symlinks=False)
                changed_at = datetime.fromtimestamp(facts.st_mtime, UTC)
                yield Kept(_readable(prefix + one.name), facts.st_size, changed_at)
    for name in below:
        with contextlib.suppress(BytesMissing):  # so did this folder
            yield from _walk(f"{folder}/{name}", f"{prefix}{name}/")


def _readable(name: str) -> str:
    """Return a file's name as text that can be written down, whatever bytes it has."""
    return os.fsencode(name).decode(errors="replace").replace("\0", "")


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
    _sync_folder(folder.parent)


def _write_synced(path: Path, chunks: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "wb") as stream:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
        os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Make sure that a new name in this folder outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

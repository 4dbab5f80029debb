"""Reading an export that somebody hands in: a ZIP or a folder, believed as little as possible.

Nothing is ever unpacked by the names in it. Its reader asks for names that it made itself, and
for no more bytes than it can take.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

LONGEST_LINE = 1_000_000  # bytes
MOST_EXPANSION = 300  # times; lines of JSON are deflated to a twentieth at best
ENCRYPTED = 0x1


class BadArchive(Exception):
    """It cannot be read, or is not as it must be; the message says why."""


class EntryMissing(BadArchive):
    """There is no file of this name in it."""


class Archive(Protocol):
    """What a ZIP and a folder have in common."""

    def read(self, name: str, *, most: int) -> bytes:
        """Return a file of at most so many bytes. Raises BadArchive, EntryMissing."""

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a text, one in memory. Raises BadArchive, EntryMissing."""

    def close(self) -> None:
        """Let go of it."""


class ZipArchive:
    """A ZIP file."""

    def __init__(self, path: Path) -> None:
        """Open a file. Raises BadArchive."""
        with _translated():
            self._zip = zipfile.ZipFile(path)

    def read(self, name: str, *, most: int) -> bytes:
        """Return a file that lies in it as it is, not compressed. Raises BadArchive."""
        info = self._info(name)
        if info.compress_type != zipfile.ZIP_STORED or info.file_size > most:
            raise BadArchive(f"{name} is compressed, or larger than {most:,} bytes.")
        with _translated(), self._zip.open(info) as stream:
            return stream.read()

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a text. Raises BadArchive, EntryMissing."""
        info = self._info(name)
        if info.file_size > MOST_EXPANSION * max(info.compress_size, 1000):
            raise BadArchive(f"{name} is compressed more than any honest text.")
        with _translated(), self._zip.open(info) as stream:
            yield from _lines(name, stream)

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _info(self, name: str) -> zipfile.ZipInfo:
        try:
            info = self._zip.getinfo(name)
        except KeyError:
            raise EntryMissing(f"{name} is not in it.") from None
        if info.flag_bits & ENCRYPTED:
            raise BadArchive(f"{name} is encrypted.")
        return info


class FolderArchive:
    """The same files in a folder."""

    def __init__(self, path: Path) -> None:
        """Take an existing folder."""
        self._path = path

    def read(self, name: str, *, most: int) -> bytes:
        """Return a file of at most so many bytes. Raises BadArchive, EntryMissing."""
        with _translated(), self._open(name) as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise BadArchive(f"{name} is larger than {most:,} bytes.")
        return data

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a text. Raises BadArchive, EntryMissing."""
        with _translated(), self._open(name) as stream:
            yield from _lines(name, stream)

    def close(self) -> None:
        """Do nothing: no file is open."""

    def _open(self, name: str) -> IO[bytes]:
        path = self._path / name
        if path.is_symlink() or not path.is_file():
            raise EntryMissing(f"{name} is not in it.")
        return path.open("rb")


def open_archive(path: Path) -> Archive:
    """Return a ZIP or a folder, open. Raises BadArchive."""
    if path.is_dir():
        return FolderArchive(path)
    if not path.is_file():
        raise BadArchive(f"There is no file {path}.")
    return ZipArchive(path)


def _lines(name: str, stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise BadArchive(f"A line of {name} is longer than {LONGEST_LINE:,} bytes.")
        yield line


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise BadArchive(f"This ZIP cannot be read: {error}") from error
    except (OSError, RuntimeError) as error:
        raise BadArchive(f"It cannot be read: {error}") from error

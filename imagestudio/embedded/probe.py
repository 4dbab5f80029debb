"""Is the server there? Asked of the server itself and of the system, never of a file alone."""

import contextlib
import os
import socket
import struct
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from imagestudio.embedded.folders import DATABASE, ROLE, Folders

_PROTOCOL = 196608  # version 3.0
_SECONDS = 2.0
_CANNOT_CONNECT_NOW = b"C57P03\0"  # starting, recovering or stopping


class State(Enum):
    """What a server says to somebody who knocks."""

    absent = "absent"
    busy = "busy"  # it starts, recovers or stops
    ready = "ready"


def probe(folders: Folders) -> State:
    """Knock at the server's socket, as far as its asking for the password."""
    words = f"user\0{ROLE}\0database\0{DATABASE}\0\0".encode()
    hello = struct.pack("!ii", len(words) + 8, _PROTOCOL) + words
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as knocking:
        knocking.settimeout(_SECONDS)
        knocking.connect(str(folders.socket))
        knocking.sendall(hello)
        answer = knocking.recv(4096)
        return State.busy if not answer or _CANNOT_CONNECT_NOW in answer else State.ready
    return State.absent


@dataclass(frozen=True)
class _Note:
    """What a server notes of itself, in its cluster and beside its socket."""

    pid: int = 0
    cluster: Path | None = None
    sockets: Path | None = None


def living_postmaster(folders: Folders) -> int | None:
    """Give the process id of the server that works in the cluster, ready or not.

    PostgreSQL's own note may be left over, and its number may belong to any other process by now;
    so that process must run `postgres` in this cluster.
    """
    pid = _read(folders.cluster / "postmaster.pid").pid
    return pid if _works_in(pid, folders.cluster) else None


def clear_stale(folders: Folders) -> None:
    """Remove the notes of a server that is gone, where they would keep a new one from starting.

    PostgreSQL itself sees that a note is stale when no process has its number. A foreign process
    that has the number now would fool it, and so would the note in a copy of a data folder. To be
    called while no server works in the cluster; nothing is taken from under another one.
    """
    own = folders.cluster / "postmaster.pid"
    if _lives(_read(own).pid):
        own.unlink()
    beside = folders.socket.with_name(f"{folders.socket.name}.lock")
    note = _read(beside)
    served = note.sockets == folders.sockets and _works_in(note.pid, note.cluster)
    if _lives(note.pid) and not served:
        beside.unlink()


def _read(path: Path) -> _Note:
    with contextlib.suppress(OSError, ValueError):
        pid, cluster, _started, _port, sockets, *_ = path.read_text().split("\n")
        return _Note(pid=abs(int(pid)), cluster=Path(cluster), sockets=Path(sockets))
    return _Note()


def _works_in(pid: int, cluster: Path | None) -> bool:
    process = Path("/proc") / str(pid)
    try:
        program = process.joinpath("exe").readlink().name
        folder = process.joinpath("cwd").readlink()
    except OSError:  # no such process, or somebody else's
        return False
    return program.startswith("postgres") and folder == cluster


def _lives(pid: int) -> bool:
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True

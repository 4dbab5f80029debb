"""Starting the server, or attaching to the one that runs."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from imagestudio import keeper
from imagestudio.embedded.cluster import check_release, make_cluster
from imagestudio.embedded.errors import EmbeddedError
from imagestudio.embedded.folders import (
    PORT,
    Folders,
    database_url,
    folders_in,
    make_root,
    make_sockets,
)
from imagestudio.embedded.identity import Identity, identity
from imagestudio.embedded.probe import State, clear_stale, living_postmaster, probe

_LOG_BYTES = 5_000_000  # a log longer than this starts anew with the next start of the server
_STOP_SECONDS = 60  # a fast shutdown writes what is in memory, so it may take a while
_ORPHANS_SECONDS = 5  # sessions of a killed server take a moment to notice and to leave
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class Server:
    """One use of a running server; it runs at least until `release` has been called.

    `lock` is a descriptor which keeps the server running for whoever inherits it. `keeper` is its
    keeper where this use has started it, or None where it ran already.
    """

    folders: Folders
    url: str
    lock: int
    keeper: subprocess.Popen[bytes] | None

    def release(self) -> None:
        """Give the server up: it ends when nobody else uses it."""
        if self.lock >= 0:
            os.close(self.lock)
            self.lock = -1

    def ended(self) -> str | None:
        """Say how the server has ended; None while it runs."""
        if self.keeper:
            status = self.keeper.poll()
            return None if status is None else keeper.exit_words(status)
        return None if living_postmaster(self.folders) else "ended"

    def wait_until_ended(self) -> bool:
        """After `release`: wait for the server's end; False where others go on using it."""
        while self.keeper and self.keeper.poll() is None:
            if _in_use(self.folders):
                self.keeper.returncode = 0  # it is its users' now: nobody here waits for it
                return False
            time.sleep(0.01)
        return self.keeper is not None


def _in_use(folders: Folders) -> bool:
    """Whether anybody uses the server.

    Its keeper locks it exclusively, once, to stop it. So whoever is there when an exclusive lock
    is refused, and then lets us share, is a user.
    """
    with _opened(folders.users_lock) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return True
    return False


def running(data: Path) -> bool:
    """Whether the embedded server of the data folder answers."""
    return probe(folders_in(data)) is State.ready


@contextlib.contextmanager
def ensure(data: Path, *, durable: bool = True) -> Iterator[str]:
    """Use the server of the data folder, which is started where it does not run; give its URL.

    `durable` False waits for no disk: for tests only. Raises EmbeddedError.
    """
    server = start(data, durable=durable)
    try:
        yield server.url
    finally:
        server.release()
        server.wait_until_ended()


def start(
    data: Path, *, durable: bool = True, say: Callable[[str], None] = lambda _: None
) -> Server:
    """As `ensure`, for a caller who releases the server himself; `say` is told what takes long."""
    folders = folders_in(data)
    make_root(folders)
    lock = os.open(folders.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)  # waits for a server that is just being stopped
        with _opened(folders.start_lock) as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            kept = _started(folders, durable=durable, say=say)
        return Server(folders=folders, url=database_url(data), lock=lock, keeper=kept)
    except BaseException:
        os.close(lock)
        raise


def _started(
    folders: Folders, *, durable: bool, say: Callable[[str], None]
) -> subprocess.Popen[bytes] | None:
    with _opened(folders.keeper_lock) as keeping:
        try:
            fcntl.flock(keeping, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # a keeper lives, so the server is there or about to end
            if _wait_for(folders):
                return None
            fcntl.flock(keeping, fcntl.LOCK_EX)
        _end_orphan(folders)
        who = identity(folders)
        if not folders.cluster.exists():
            say("making the database")
        make_cluster(folders, identity=who, durable=durable)
        check_release(folders)
        make_sockets(folders, user=who.user)
        clear_stale(folders)
        return _run(folders, identity=who, durable=durable, keeping=keeping)


def _wait_for(folders: Folders) -> bool:
    """Wait until the server that another keeper has answers; False when that keeper ends."""
    with _opened(folders.keeper_lock) as keeping:
        while probe(folders) is not State.ready:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(keeping, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return False
            time.sleep(0.01)
    return True


def _end_orphan(folders: Folders) -> None:
    """End a server whose keeper was killed: nobody would ever stop it."""
    pid = living_postmaster(folders)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    patience = time.monotonic() + _STOP_SECONDS
    while living_postmaster(folders) == pid:
        if time.monotonic() > patience:
            raise EmbeddedError(f"PostgreSQL (process {pid}) does not end. End it, and try again.")
        time.sleep(0.01)


def _run(
    folders: Folders, *, identity: Identity, durable: bool, keeping: int
) -> subprocess.Popen[bytes]:
    patience = time.monotonic() + _ORPHANS_SECONDS
    while True:
        kept = _keep(folders, identity=identity, durable=durable, keeping=keeping)
        while kept.poll() is None:
            if probe(folders) is State.ready:
                return kept
            time.sleep(0.01)
        if time.monotonic() > patience:
            said = folders.log.read_text(errors="replace").strip().splitlines()[-5:]
            raise EmbeddedError("PostgreSQL does not start: " + "\n".join(said))
        time.sleep(0.1)


def _keep(
    folders: Folders, *, identity: Identity, durable: bool, keeping: int
) -> subprocess.Popen[bytes]:
    too_long = folders.log.exists() and folders.log.stat().st_size > _LOG_BYTES
    sockets = str(folders.sockets).replace('"', '""')
    settings = [
        "listen_addresses=",
        f"port={PORT}",
        f'unix_socket_directories="{sockets}"',
        "unix_socket_permissions=0700",
        "log_line_prefix=%m [%p] ",
        *(() if durable else _NOT_DURABLE),
    ]
    options = [word for setting in settings for word in ("-c", setting)]
    with (
        _opened(folders.users_lock) as leash,
        folders.log.open("wb" if too_long else "ab") as log,
    ):
        command = keeper.command_line(
            identity.command("postgres", "-D", folders.cluster, *options),
            leash=leash,
            stop=signal.SIGINT,  # fast shutdown
            grace=_STOP_SECONDS,
            user=identity.user,
        )
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(leash, keeping),
            start_new_session=True,
            cwd="/",
        )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open a lock file of its own: every opening is a separate holder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)

"""Real servers, each in a data folder of its own; made once and copied, to be quick."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from imagestudio.embedded.probe import living_postmaster

USER = """
import sys
from pathlib import Path
from imagestudio import embedded
with embedded.ensure(Path(sys.argv[1]), durable=False) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


class User:
    """Another process that uses the server, until it is told to leave or killed."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate(timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to copy: made once, also where several processes run the tests."""
    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    folder = place / "made"
    with (place / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folders_in(folder).cluster.exists():
            with embedded.ensure(folder, durable=False):
                pass
            clear_sockets(folder)
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    copy_data(made, folder)
    yield folder
    end_server(folder)


@pytest.fixture
def start_user() -> Iterator[Callable[[Path], User]]:
    users = []

    def start(folder: Path) -> User:
        users.append(User(folder))
        return users[-1]

    yield start
    for user in users:
        user.kill()


def copy_data(made: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", made, folder], check=True)


def end_server(folder: Path) -> None:
    """Leave nothing behind, whatever a test has left."""
    if (pid := living_postmaster(folders_in(folder))) is not None:
        os.kill(pid, signal.SIGQUIT)
        wait_until(lambda: living_postmaster(folders_in(folder)) is None)
    clear_sockets(folder)


def clear_sockets(folder: Path) -> None:
    """Remove the folder of the socket, which may lie elsewhere."""
    shutil.rmtree(folders_in(folder).sockets, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.joinpath("postgres", "sockets").unlink()


def wait_until(condition: Callable[[], bool]) -> None:
    patience = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < patience
        time.sleep(0.005)

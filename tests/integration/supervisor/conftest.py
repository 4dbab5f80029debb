"""Studios of stand-ins, in real processes."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.embedded.conftest import copy_data, end_server, made

__all__ = ["made"]
CHECKOUT = Path(__file__).parent.parent.parent.parent


class Studio:
    """One supervisor with its parts, and what they wrote down."""

    def __init__(self, data: Path, *, port: int, emulator: int, embedded: bool, drain: str) -> None:
        self.data = data
        self.port = port
        words = [data, port, emulator, "embedded" if embedded else "elsewhere", drain]
        self._said = data.parent / f"said-{port}"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.supervisor.pretended", *map(str, words)],
                stdout=said,
                stderr=said,
                cwd=CHECKOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self._said.read_text()

    def says(self, words: str) -> None:
        wait_until(lambda: words in self.said(), shows=self.said)

    def events(self) -> list[str]:
        """What happened to the parts, in order, as "web started"."""
        return [line.rsplit(" ", 1)[0] for line in self._lines()]

    def happens(self, event: str, times: int = 1) -> None:
        wait_until(lambda: self.events().count(event) >= times, shows=self.said)

    def pids(self, event: str) -> list[int]:
        return [int(line.split()[-1]) for line in self._lines() if line.startswith(f"{event} ")]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ends(self) -> int:
        """Wait for its end and give its status; nothing of it may be left then."""
        wait_until(lambda: self.process.poll() is not None, shows=self.said)
        assert self.left() == []
        return self.process.returncode

    def left(self) -> list[str]:
        """The command lines of living processes that belong to this studio."""
        lines = [
            path.joinpath("cmdline") for path in Path("/proc").iterdir() if path.name.isdigit()
        ]
        texts = [text for line in lines if (text := read(line)) and str(self.data) in text]
        return [text for text in texts if "tests.integration" not in text]

    def _lines(self) -> list[str]:
        return read(self.data / "events").splitlines()


def read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def wait_until(condition: Callable[[], bool], *, shows: Callable[[], str] = str) -> None:
    patience = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < patience, shows()
        time.sleep(0.005)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return trial.getsockname()[1]


def leave_calls(data: Path, number: int) -> None:
    """Let the worker have so many paid calls in flight, from one moment to the next."""
    draft = data / "calls.draft"
    draft.write_text(str(number))
    draft.replace(data / "calls")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def database(made: Path, data: Path) -> Iterator[None]:
    """The data folder has a database already."""
    data.rmdir()
    copy_data(made, data)
    yield
    end_server(data)


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Studio]]:
    studios = []

    def start_studio(
        *, port: int = 0, emulator: bool = False, embedded: bool = False, drain: str = ""
    ) -> Studio:
        studio = Studio(
            data,
            port=port or free_port(),
            emulator=free_port() if emulator else 0,
            embedded=embedded,
            drain=drain,
        )
        studios.append(studio)
        return studio

    yield start_studio
    for stays in data.glob("*.stays"):
        stays.unlink()
    leave_calls(data, 0)
    for studio in studios:
        studio.process.kill()
        studio.process.wait()
    for studio in studios:
        wait_until(lambda studio=studio: studio.left() == [])

"""`make test`: everything that the tests need, and then pytest with the arguments given.

Starts one PostgreSQL server of its own, finds or installs Chromium, and ends as pytest ends.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psycopg

from imagestudio import embedded
from imagestudio.embedded.folders import ROLE, folders_in
from tests.chromium import find_or_install

ROOT = Path(__file__).resolve().parents[1]
# One process more than a small machine has cores: what they start and wait for takes a third of
# their time. Each has a run of tests of its own, and takes over the end of another's when it is
# done. The browser's are the first, and share one studio in one process.
USUAL = ("-n", "3", "--dist", "worksteal")


def main(arguments: list[str]) -> int:
    """Run the tests and give pytest's exit status."""
    with tempfile.TemporaryDirectory(prefix="imagestudio-test-") as data:
        told = {**compiling_once(os.environ), "IMAGESTUDIO_DATA": data}
        if os.environ.get("SKIP_BROWSER") == "1":
            arguments = ["--ignore=tests/browser", *arguments]
        else:
            told["CHROMIUM"] = str(chromium())
        command = [sys.executable, "-m", "pytest", *USUAL, *arguments]
        with embedded.ensure(Path(data), durable=False) as url:
            let_make_roles(Path(data), url)
            return run(command, environment={**told, "DATABASE_URL": url})


def compiling_once(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which Python keeps what it compiles.

    The tests start a hundred processes: compiling the studio and all that it stands on is three
    quarters of what each takes to begin. Where nothing may be written beside the sources, it is
    kept in `.pycache`.
    """
    told = dict(environment)
    if told.pop("PYTHONDONTWRITEBYTECODE", ""):
        told.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".pycache"))
    return told


def let_make_roles(data: Path, url: str) -> None:
    """Let the role of the tests make others, which may do less than it."""
    folders = folders_in(data)
    with psycopg.connect(
        url, user="postgres", password=folders.superuser_password.read_text(), autocommit=True
    ) as server:
        server.execute(f"ALTER ROLE {ROLE} CREATEROLE")


def chromium() -> Path:
    """Give the path of a Chromium; raise SystemExit, saying what to do, where there is none."""
    found = find_or_install()
    if found is None:
        sys.exit(
            "There is no Chromium here and none could be installed, so the browser tests cannot "
            "run.\nInstall it, or name it with CHROMIUM=/path/to/chromium, or leave those tests "
            "out: make test SKIP_BROWSER=1"
        )
    return found


def run(command: list[str], *, environment: dict[str, str]) -> int:
    """Run pytest to its end, which it finds itself when it is interrupted."""
    with subprocess.Popen(command, env=environment) as tests:
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal tells pytest too
        signal.signal(signal.SIGTERM, lambda *_: tests.terminate())
        return tests.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

# ruff: noqa: INP001 - a script beside the locks, no package
"""Makes the virtual environment: `python3 requirements/install.py run|dev`.

Needs nothing but Python's standard library. `run` installs what the studio needs to run, `dev`
also what its tests and checks need; both exactly as locked, by hash. An environment whose locks
have changed is made anew; one that is as it should be is left alone.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

LOCKS = Path(__file__).resolve().parent
ENVIRONMENT = LOCKS.parent / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
INCLUDED = {"run": ("run",), "dev": ("dev", "run")}  # dev.txt names everything that run.txt does
LOOKED_AT = ("Collecting ", "Processing ", "Requirement already satisfied")  # pip's words
STEP = 10  # packages between two lines of progress where no terminal shows one


def main(kind: str) -> None:
    """Bring the environment to the state of the lock; raise SystemExit where that fails."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is run by whatever Python is there
        start_with_newer()
    if any(stamp(each).exists() and not is_installed(each) for each in INCLUDED):
        print("The locked packages have changed: making .venv anew.", flush=True)  # noqa: T201
        shutil.rmtree(ENVIRONMENT)
    if not works():
        make_environment()
    if not is_installed(kind):
        install(kind)
    for each in INCLUDED[kind]:
        stamp(each).write_text(digest(each))


def start_with_newer() -> None:
    """Go on under a newer Python; raise SystemExit, saying what to do, where there is none."""
    for minor in range(20, 10, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 - no shell is what we want
    version = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(
        f"Image Studio needs Python 3.11 or newer; {sys.executable} is Python {version}. "
        "Name another one: make run PYTHON=/path/to/python3.11"
    )


def stamp(kind: str) -> Path:
    """Give the file that says which lock was installed."""
    return ENVIRONMENT / f"{kind}.installed"


def digest(kind: str) -> str:
    """Give what identifies a lock."""
    return hashlib.sha256((LOCKS / f"{kind}.txt").read_bytes()).hexdigest()


def is_installed(kind: str) -> bool:
    """Whether the environment holds what the lock says."""
    return stamp(kind).exists() and stamp(kind).read_text() == digest(kind)


def works() -> bool:
    """Whether there is an environment whose Python, which lies elsewhere, is still there."""
    if not PYTHON.exists():
        return False
    tried = [str(PYTHON), "-c", "import pip"]
    return subprocess.run(tried, check=False, capture_output=True).returncode == 0  # noqa: S603


def make_environment() -> None:
    """Make an empty environment; raise SystemExit, saying what to install, where that fails."""
    print("Making the virtual environment .venv", flush=True)  # noqa: T201
    making = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
    made = subprocess.run(making, check=False, capture_output=True, text=True)  # noqa: S603
    if made.returncode:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        said = made.stdout + made.stderr
        if "ensurepip" in said or "No module named venv" in said:
            sys.exit(
                "This Python has no module venv or ensurepip. On Debian and Ubuntu: "
                f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            )
        sys.exit(said)


def install(kind: str) -> None:
    """Install the packages of a lock, showing how far it is; raise SystemExit where it fails."""
    began = time.monotonic()
    lock = LOCKS / f"{kind}.txt"
    total = sum("==" in line for line in lock.read_text().splitlines())
    options = [
        "--require-hashes",
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    command = [str(PYTHON), "-m", "pip", "install", *options, "--progress-bar=off", f"-r{lock}"]
    said: list[str] = []
    looked_at = 0
    with subprocess.Popen(  # noqa: S603 - our own environment's pip
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            said.append(line)
            if line.startswith(LOOKED_AT):
                looked_at += 1
                show(f"{looked_at} of {total} packages", step=looked_at % STEP == 0)
            elif line.startswith("Installing"):
                show(f"unpacking {looked_at} packages", step=True)
    if pip.returncode:
        sys.exit("".join(said[-30:]) + "\nThe packages could not be installed.")
    show(f"{looked_at} packages installed in {time.monotonic() - began:.0f} seconds\n", step=True)


def show(words: str, *, step: bool) -> None:
    """Show progress: in one line of a terminal, elsewhere only every step."""
    if sys.stdout.isatty():
        print(f"\r  {words:40}", end="", flush=True)  # noqa: T201
    elif step:
        print(f"  {words.strip()}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])

"""Finding a Chromium for the browser tests, or installing one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

# The headless shell first: the same engine without a desktop around it, at a third of the work.
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = (
    *SHELLS,
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
)


def find_or_install() -> Path | None:
    """Give the path of a Chromium that starts; None where there is none to be had."""
    return find() or (find() if install() else None)


def find() -> Path | None:
    """Give the path of a Chromium: the one that CHROMIUM names, the system's, or Playwright's."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if starts(named) else None
    found = chain(of_the_system(), of_playwright())  # the second takes a second to ask
    return next((Path(path) for path in found if starts(path)), None)


def of_the_system() -> Iterator[str]:
    """Give the paths of those that are installed."""
    return (path for name in NAMES if (path := shutil.which(name)))


def of_playwright() -> Iterator[str]:
    """Give where Playwright keeps, or would keep, its own headless shell and its Chromium."""
    asking = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    asked = run(sys.executable, "-c", asking)
    if asked.returncode != 0:
        return
    chromium = asked.stdout.split("\n")[0]
    kept = Path(chromium).parents[2]  # <kept>/chromium-<revision>/chrome-linux64/chrome
    yield from map(str, kept.glob("chromium_headless_shell-*/*/*headless*shell"))
    yield chromium


def starts(path: str) -> bool:
    """Whether the program is there and tells its version (a stub in its place does not)."""
    return shutil.which(path) is not None and run(path, "--version").returncode == 0


def install() -> bool:
    """Try to install one: the system's as root, otherwise Playwright's."""
    print("Installing Chromium for the browser tests", flush=True)  # noqa: T201
    ways = [[sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages = (SHELLS[0], "chromium")  # not every system has the first
        ways = [
            ["apt-get", "update"],
            *(["apt-get", "install", "-y", one] for one in packages),
            *ways,
        ]
    for way in ways:
        done = run(*way)
        if way[1] != "update" and done.returncode == 0:
            return True
    return False


def run(*command: str) -> subprocess.CompletedProcess[str]:
    told = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=told, check=False
    )

# ruff: noqa: INP001 - a script beside the locks, no package
"""Locks what the `.in` files ask for: `python requirements/lock.py [--check | --upgrade]`.

A lock names every package with its hashes and no index; its first line says from which `.in`
files it was made, so that `--check` needs no network.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
KINDS = {"run": ("run.in",), "dev": ("dev.in", "run.in")}  # dev.in includes run.in
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--quiet"),
)
HEADER = "# Made by `make lock` from .in files with this SHA-256: "


def main(arguments: list[str]) -> None:
    """Lock, or check the locks and raise SystemExit with what is wrong."""
    if "--check" in arguments:
        sys.exit("\n".join(wrong()) or 0)
    for kind in KINDS:
        lock(kind, upgrade="--upgrade" in arguments)


def lock(kind: str, *, upgrade: bool) -> None:
    """Resolve the `.in` file of this kind, with the versions that the lock has where they do."""
    path = FOLDER / f"{kind}.txt"
    options = [*OPTIONS, *(["--upgrade"] if upgrade else [])]
    # What the tests run with is what the studio runs with.
    constraint = [] if kind == "run" else ["--constraint", "run.txt"]
    command = [sys.executable, "-m", "uv", "pip", "compile", f"{kind}.in", "-o", path.name]
    subprocess.run([*command, *options, *constraint], cwd=FOLDER, check=True)  # noqa: S603
    path.write_text(f"{HEADER}{source_digest(kind)}\n{path.read_text()}")


def wrong() -> list[str]:
    """Say what is wrong with the locks, a sentence each."""
    found = []
    for kind in KINDS:
        words = (FOLDER / f"{kind}.txt").read_text()
        if words.split("\n", 1)[0] != HEADER + source_digest(kind):
            found.append(f"requirements/{kind}.txt does not stem from the .in files: make lock")
        if "://" in words:
            found.append(f"requirements/{kind}.txt names an address")
    apart = sorted(pins("run") - pins("dev"))
    return found + [
        f"{pin} is locked in run.txt, but not so in dev.txt: make lock" for pin in apart
    ]


def source_digest(kind: str) -> str:
    """Give what identifies the `.in` files behind a lock."""
    return hashlib.sha256(
        b"".join((FOLDER / name).read_bytes() for name in KINDS[kind])
    ).hexdigest()


def pins(kind: str) -> set[str]:
    """Give the locked versions, as `name==version`."""
    lines = (FOLDER / f"{kind}.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}


if __name__ == "__main__":
    main(sys.argv[1:])

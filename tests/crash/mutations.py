"""`make mutations`: the rules that keep money safe are broken one by one, and a test must notice.

Each mutation is a small edit of a copy of the tree, and the tests that are there for it. Without
an edit they pass; with it one of them has to fail.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from imagestudio import embedded
from tests.crash.rules import MUTATIONS, Mutation

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300  # for the tests of one mutation
TIMED_OUT = 124  # as `timeout` ends
FAILED = 1  # what pytest ends with when tests have failed, and nothing else was wrong


def main(words: Sequence[str]) -> int:
    """Try the mutations whose rule has one of these words, or all; 0 when each was noticed."""
    chosen = [one for one in MUTATIONS if not words or any(word in one.rule for word in words)]
    with tempfile.TemporaryDirectory(prefix="imagestudio-mutations-") as name:
        folder = Path(name)
        tree = copy_tree(folder / "tree")
        with embedded.ensure(folder / "data", durable=False) as url:
            environment = {**os.environ, "DATABASE_URL": url, "IMAGESTUDIO_DATA": name}
            everything = sorted({test for one in chosen for test in one.tests})
            unbroken = tried(tree, everything, environment)
            if unbroken.returncode != 0:
                say(unbroken.stdout[-4000:])
                say("These tests fail without a mutation.")
                return 1
            return max([judge(one, tree, environment) for one in chosen], default=0)


def judge(mutation: Mutation, tree: Path, environment: dict[str, str]) -> int:
    """Apply a mutation, run its tests, take it back, and say who noticed; 0 when somebody did."""
    began = time.monotonic()
    path = tree / mutation.file
    before = path.read_text()
    path.write_text(edited(before, mutation))
    try:
        ran = tried(tree, mutation.tests, environment)
    finally:
        path.write_text(before)
    noticed = ran.returncode == FAILED
    who = re.findall(r"^(?:FAILED|ERROR) \S*?(\w+\.py::\w+)", ran.stdout, re.MULTILINE)
    verdict = f"`{who[0]}`" if noticed and who else f"NOBODY (pytest ended with {ran.returncode})"
    say(f"| {mutation.rule} | {verdict} | {time.monotonic() - began:.0f} s |")
    return 0 if noticed else 1


def edited(text: str, mutation: Mutation) -> str:
    """Return a file's text with the mutation. Raises ValueError where it does not fit any more."""
    for old, new in mutation.edits:
        if text.count(old) != 1:
            raise ValueError(f"{mutation.rule}: {old!r} is there {text.count(old)} times")
        text = text.replace(old, new)
    return text


def copy_tree(place: Path) -> Path:
    """Return a copy of everything that is under version control, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return place


def tried(
    tree: Path, tests: Sequence[str], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run tests in a copy of the tree, up to the first that fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(
            command,
            cwd=tree,
            env=environment,
            timeout=SECONDS,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, TIMED_OUT, "")


def say(words: str) -> None:
    """Print a line at once."""
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

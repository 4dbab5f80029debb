"""The locks are in step with what they were made from, and this is seen without a network."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parent.parent.parent.parent / "requirements"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REQUIREMENTS, tmp_path / "requirements"))


def complaint(folder: Path) -> str:
    """Give what the check says; empty where it passes."""
    command = [sys.executable, folder / "lock.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == (done.stderr == "")
    return done.stderr


def test_the_locks_of_this_tree_are_in_step(folder):
    assert complaint(folder) == ""


def test_a_new_wish_is_not_locked_yet(folder):
    with folder.joinpath("run.in").open("a") as wishes:
        wishes.write("another-package\n")

    assert "run.txt does not stem from the .in files" in complaint(folder)
    assert "dev.txt does not stem from the .in files" in complaint(folder)


def test_the_address_of_an_index_is_seen(folder):
    with folder.joinpath("run.txt").open("a") as lock:
        lock.write("--find-links https://index.example/simple\n")

    assert "run.txt names an address" in complaint(folder)


def test_tests_run_with_the_versions_that_the_studio_runs_with(folder):
    lock = folder / "dev.txt"
    lock.write_text(lock.read_text().replace("\ndjango==5", "\ndjango==4"))

    assert "django==5" in complaint(folder)

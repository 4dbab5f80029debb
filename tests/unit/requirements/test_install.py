"""What is said where no virtual environment can be made. Made ones are what all tests run in."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.requirements.test_locks import REQUIREMENTS


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(REQUIREMENTS, tmp_path / "requirements")
    return tmp_path


def words(checkout: Path, *arguments: str, **environment: str) -> str:
    """Give what a failing installation says."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"PATH": "", **environment},
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert not checkout.joinpath(".venv").exists()
    return done.stderr


def test_a_python_that_is_too_old_is_named(checkout):
    pretended = (
        "import runpy, sys; sys.version_info = (3, 9, 1); sys.argv = ['install.py', 'run'];"
        "runpy.run_path('requirements/install.py', run_name='__main__')"
    )
    said = words(checkout, "-c", pretended)

    assert "needs Python 3.11 or newer" in said
    assert "is Python 3.9.1" in said
    assert "make run PYTHON=" in said


@pytest.mark.parametrize("reason", ["ensurepip is not available", "No module named venv"])
def test_a_python_without_venv_says_what_to_install(checkout, reason):
    instead = checkout / "instead"
    instead.mkdir()
    instead.joinpath("venv.py").write_text(f"raise SystemExit({reason!r})")
    said = words(checkout, "requirements/install.py", "run", PYTHONPATH=str(instead))

    assert "apt-get install python3." in said

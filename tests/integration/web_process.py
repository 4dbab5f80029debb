"""The studio as a server runs it: a process on the loopback address, on the tests' database."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds; a busy machine takes its time


@dataclass(frozen=True)
class WebProcess:
    """A running web server and its address."""

    process: subprocess.Popen[bytes]
    address: str

    @property
    def memory(self) -> int:
        """Return the most memory that the serving process has had so far, in bytes."""
        return self.fact("VmHWM") * 1024

    @property
    def threads(self) -> int:
        """Return how many threads the serving process has."""
        return self.fact("Threads")

    def fact(self, name: str) -> int:
        """Return a number that the system knows of the process that serves: granian's child."""
        main = self.process.pid
        child = Path(f"/proc/{main}/task/{main}/children").read_text().split()[0]
        lines = Path(f"/proc/{child}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@contextmanager
def web_process(**environment: str) -> Iterator[WebProcess]:
    """Run the web server with these settings on top of the tests' own, and end it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asginl"),
            *("--host", "127.0.0.1", "--port", str(port), "--workers-kill-timeout", "2"),
            *("--log-level", "warning", "imagestudio.asgi:application"),
        ],
        cwd=ROOT,
        env={**os.environ, **own_settings(address), **environment},
    )
    try:
        wait_for(address, process)
        yield WebProcess(process, address)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def own_settings(address: str) -> dict[str, str]:
    """Return the environment that makes a process share the tests' rows, files and secrets."""
    server = urlsplit(os.environ["DATABASE_URL"])
    database = f"/{connection.settings_dict['NAME']}"
    location = settings.STORAGES["default"]["OPTIONS"]["location"]
    return {
        "DATABASE_URL": urlunsplit(server._replace(path=database)),
        "DJANGO_SETTINGS_MODULE": "imagestudio.settings",
        "GATEWAY_IS_EMULATOR": "true",
        "IMAGESTUDIO_DATA": str(settings.DATA_DIR),
        "PUBLIC_URL": address,
        "SECRET_KEY": settings.SECRET_KEY,
        "STATIC_MANIFEST": "false",
        "STORAGE_URL": f"file://{location}",
    }


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The web server did not come up.")

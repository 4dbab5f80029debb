"""A part of a pretended studio: `python -I -S standin.py NAME FOLDER [PORT]`.

Every stand-in writes what happens to it to FOLDER/events. What it does is asked for with files.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from pathlib import Path

name, folder = sys.argv[1], Path(sys.argv[2])


def note(what: str) -> None:
    with folder.joinpath("events").open("a") as events:
        events.write(f"{name} {what} {os.getpid()}\n")


def asked_to_end(*_: object) -> None:
    note("asked")
    while folder.joinpath(f"{name}.stays").exists():
        time.sleep(0.005)
    if name == "worker":
        drain()
    note("ended")
    os._exit(0)


def drain() -> None:
    """Finish the calls as the file says how many are left."""
    left = calls()
    while left:
        report(left)
        while (now := calls()) == left:
            time.sleep(0.005)
        left = now


def calls() -> int:
    try:
        return int(folder.joinpath("calls").read_text())
    except FileNotFoundError:
        return 0


def report(number: int) -> None:
    with contextlib.suppress(OSError):  # whoever listened may be gone
        os.write(int(os.environ["IN_FLIGHT_FD"]), f"{number}\n".encode())


def serve(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            client, _ = server.accept()
            with client:
                asked = client.recv(4096)
                up = b"/readyz" not in asked or folder.joinpath("worker.up").exists()
                status = "200 OK" if up else "503 Away"
                body = '{"parts": {"database": "ok", "worker": "away"}}'
                client.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n{body}".encode())


signal.signal(signal.SIGTERM, asked_to_end)
note("started")
if folder.joinpath(f"{name}.fails").exists():
    sys.exit(3)
if folder.joinpath(f"{name}.forks").exists() and os.fork() == 0:
    note("forked")
    time.sleep(600)
if name in ("web", "emulator"):
    serve(int(sys.argv[3]))
if name == "worker":
    folder.joinpath("worker.up").touch()
    report(calls())
while name == "worker" or folder.joinpath(f"{name}.takes.long").exists():
    time.sleep(0.005)

"""Start the gateway emulator: ``python -m generations.emulator --data DIR``.

Its account and token come from the environment: EMULATOR_ACCOUNT_ID, EMULATOR_API_TOKEN, and
EMULATOR_WEAK_TOKEN for a token that exists but may not run models; EMULATOR_DELAY is the default of
``--delay``. It prints its address when it listens, and ends at SIGTERM or SIGINT.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from generations.emulator.app import application
from generations.emulator.emulator import create
from generations.emulator.faults.switchboard import Switchboard
from generations.emulator.faults.table import TABLE
from generations.emulator.server import listen
from generations.emulator.settings import ACCOUNT_ID, API_TOKEN, WEAK_TOKEN, Settings

OPEN_FILES = 65_536


def parse(arguments: Sequence[str]) -> tuple[Settings, Switchboard, bool]:
    """Give the settings, the faults in force from the start, and whether to end with stdin."""
    parser = argparse.ArgumentParser(prog="python -m generations.emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--data", type=Path, required=True, help="folder for its files")
    parser.add_argument("--delay", type=float, default=os.environ.get("EMULATOR_DELAY", "3"))
    parser.add_argument("--log-delay", type=float, default=0.5, help="seconds until a log is there")
    parser.add_argument("--result-lifetime", type=float, default=600, help="seconds")
    parser.add_argument("--faults", type=json.loads, default=[], help="one fault or a JSON list")
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when stdin closes")
    told = parser.parse_args(arguments)
    settings = Settings(
        host=told.host,
        port=told.port,
        data=told.data,
        delay=told.delay,
        log_delay=told.log_delay,
        result_lifetime=told.result_lifetime,
        account_id=os.environ.get("EMULATOR_ACCOUNT_ID", ACCOUNT_ID),
        api_token=os.environ.get("EMULATOR_API_TOKEN", API_TOKEN),
        weak_token=os.environ.get("EMULATOR_WEAK_TOKEN", WEAK_TOKEN),
    )
    switchboard = Switchboard(table=TABLE)
    try:
        switchboard.switch_on_all(told.faults)
    except ValueError as error:
        parser.error(str(error))
    return settings, switchboard, told.stop_with_stdin


async def serve(settings: Settings, faults: Switchboard, *, stop_with_stdin: bool) -> None:
    """Serve until a signal, or the end of stdin, says stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if stop_with_stdin:
        await _stop_with_stdin(stop)
    settings.data.mkdir(parents=True, exist_ok=True)
    bound = _bind(settings.host, settings.port)
    address = f"http://{settings.host}:{bound.getsockname()[1]}"
    threads = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="draw")
    emulator = create(settings, address=address, threads=threads, faults=faults)
    with contextlib.closing(emulator.book):
        server = await listen(application(emulator), bound=bound)
        print(f"The gateway emulator listens on {address}", flush=True)  # noqa: T201
        await stop.wait()
        server.close()
        threads.shutdown(wait=False, cancel_futures=True)


def allow_many_connections() -> None:
    """Take as many open files as the machine gives: each waiting call needs one or two."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _bind(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        sys.exit(f"The gateway emulator cannot listen on {host}:{port}: {error.strerror}")


async def _stop_with_stdin(stop: asyncio.Event) -> None:
    """Set the event when whoever started this process closes its stdin, by ending for example."""

    class Watch(asyncio.Protocol):
        def connection_lost(self, exc: Exception | None) -> None:
            del exc
            stop.set()

    await asyncio.get_running_loop().connect_read_pipe(Watch, sys.stdin)


if __name__ == "__main__":
    chosen, switched, with_stdin = parse(sys.argv[1:])
    allow_many_connections()
    asyncio.run(serve(chosen, switched, stop_with_stdin=with_stdin))

"""`python -m tests.crash.killed`: forks processes that carry out orders, from one that is warm.

Reads an order or a question as a line of JSON, answers each with one. Starting an interpreter
with all of the studio takes more than a second; forking it takes hundredths of one. A forked
process has opened nothing yet: no thread, no connection, no child.
"""

import ctypes
import functools
import json
import os
import signal
import ssl
import sys
import traceback
from typing import Any

import django
import httpx

PR_SET_PDEATHSIG = 1


def fork(order: dict[str, Any]) -> int:
    """Return the number of a new process that carries out an order."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        become(order)
        status = 0
    except BaseException:  # noqa: BLE001 - nothing may return into the parent's loop
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def become(order: dict[str, Any]) -> None:
    """Carry out an order, with what it says going into its log."""
    from tests.crash.orders import Order, carry_out  # noqa: PLC0415 - Django is set up by now

    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    carry_out(Order(**order))


def status_of(pid: int) -> int | None:
    """Return how a process has ended (negative: by which signal), None while it lives."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def main() -> None:
    """Serve until stdin ends."""
    django.setup()
    from imagestudio.jobs.worker import worker_app  # noqa: PLC0415
    from tests.crash import orders  # noqa: F401, PLC0415 - to be warm

    worker_app()
    ssl.create_default_context = functools.cache(ssl.create_default_context)
    httpx.AsyncHTTPTransport()  # reading all certificates takes longer than a fork
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        asked = json.loads(line)
        answer = fork(asked["order"]) if "order" in asked else status_of(asked["status_of"])
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

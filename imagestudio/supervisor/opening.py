"""What happens between the database's start and the address that people open."""

import asyncio
import json
import os
import time
from collections.abc import Callable

from imagestudio.supervisor.address import Address
from imagestudio.supervisor.console import SupervisorError, say
from imagestudio.supervisor.knock import knock
from imagestudio.supervisor.part import Part
from imagestudio.supervisor.plan import CHECKOUT, Plan
from imagestudio.supervisor.preparation import preparation, settings_in

_QUICKLY = 0.03  # seconds between two knocks at something that costs nothing
_SLOWLY = 0.05  # the same for what asks the database
_PATIENCE = 5.0  # seconds until it is said what is missing, and between two such words


async def prepare(plan: Plan, part: Part) -> None:
    """Migrate and so on where anything has changed; raise SupervisorError where that fails.

    Settings are checked on the way: a wrong one is said once, and not by every part.

    A database that is not ours may have changed behind our back, so it is always prepared.
    """
    facts = f"{settings_in(os.environ)} {plan.emulator is not None}"
    prepared = preparation(plan.data, checkout=CHECKOUT, facts=facts)
    if plan.embedded and not prepared.is_needed():
        return
    say("preparing the database and the static files")
    await part.start()
    try:
        status = await part.status()
    except asyncio.CancelledError:
        part.ask_to_end()
        await part.status()
        raise
    if status:
        raise SupervisorError("The studio could not be prepared; the reason is said above.")
    prepared.note()


async def wait_for_emulator(host: str, port: int) -> None:
    """Wait until the emulator answers."""
    await _wait(host, port, "/emulator/health", name=host, missing=lambda *_: "the emulator")


async def wait_for_studio(address: Address, *, began: float) -> None:
    """Wait until web server and worker are up, then show the address to open.

    `began` is when the opening began, on the monotonic clock, in seconds.
    """
    where = (address.reachable_host, address.port)
    await _wait(*where, "/healthz", name=address.public_host, missing=_missing_web)
    await _wait(*where, "/readyz", name=address.public_host, missing=_missing, pause=_SLOWLY)
    say(f"web server and worker are up, after {time.monotonic() - began:.1f} seconds")
    print(f"Open {address.public_url}", flush=True)  # noqa: T201


async def _wait(
    host: str,
    port: int,
    path: str,
    *,
    name: str,
    missing: Callable[[int, str], str],
    pause: float = _QUICKLY,
) -> None:
    said = time.monotonic()
    while True:
        status, body = await knock(host, port, path, name=name)
        if status == 200:
            return
        if time.monotonic() - said > _PATIENCE:
            said = time.monotonic()
            say(f"still waiting for {missing(status, body)}")
        await asyncio.sleep(pause)


def _missing_web(status: int, _body: str) -> str:
    return "the web server" + (f", which answers {status}" if status else "")


def _missing(status: int, body: str) -> str:
    """Say what `/readyz` says is missing."""
    try:
        parts = json.loads(body)["parts"]
        return ", ".join(f"the {name}" for name, word in parts.items() if word != "ok")
    except (ValueError, KeyError, AttributeError, TypeError):
        return _missing_web(status, body)

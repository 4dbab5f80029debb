"""What happens between the database's start and the address that people open."""

import asyncio
import json
import os
import time

from imagestudio.supervisor.address import Address
from imagestudio.supervisor.console import SupervisorError, say
from imagestudio.supervisor.knock import knock
from imagestudio.supervisor.part import Part
from imagestudio.supervisor.plan import CHECKOUT, Plan
from imagestudio.supervisor.preparation import preparation

_PAUSE = 0.03  # seconds between two knocks
_PATIENCE = 5.0  # seconds until it is said what is missing, and between two such words


async def prepare(plan: Plan, part: Part) -> None:
    """Migrate and so on where anything has changed; raise SupervisorError where that fails.

    A database that is not ours may have changed behind our back, so it is always prepared.
    """
    facts = f"{os.environ.get('DATABASE_URL')} {plan.emulator is not None}"
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


async def wait_until_healthy(host: str, port: int) -> None:
    """Wait until the emulator answers."""
    said = time.monotonic()
    while (await knock(host, port, "/emulator/health", name=host))[0] != 200:
        if time.monotonic() - said > _PATIENCE:
            said = time.monotonic()
            say("still waiting for the gateway emulator")
        await asyncio.sleep(_PAUSE)


async def wait_until_ready(address: Address, *, began: float) -> None:
    """Wait until web server and worker are up, then show the address to open."""
    said = time.monotonic()
    while True:
        status, body = await knock(
            address.reachable_host, address.port, "/readyz", name=address.public_host
        )
        if status == 200:
            break
        if time.monotonic() - said > _PATIENCE:
            said = time.monotonic()
            say(f"still waiting for {_missing(status, body)}")
        await asyncio.sleep(_PAUSE)
    say(f"web server and worker are up, after {time.monotonic() - began:.1f} seconds")
    print(f"Open {address.public_url}", flush=True)  # noqa: T201


def _missing(status: int, body: str) -> str:
    if status == 0:
        return "the web server"
    try:
        parts = json.loads(body)["parts"]
        return ", ".join(f"the {name}" for name, word in parts.items() if word != "ok")
    except (ValueError, KeyError, AttributeError, TypeError):
        return f"the web server, which answers {status}"
